"""How lists are searched: each table by itself. In a join of several, each row would be looked at together with all
that belongs to it, a hundred thousand times."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

_LOOKUPS = ("__exact", "__icontains")


class SearchedApart:
    """For model admins. `search_fields` are paths, looked through for a part unless they end in `__exact`.

    A word with fewer letters than `telling_letters` is not looked for in parts of other objects' names: where there are
    very many, one or two letters are in most of them, and what belongs to all of those is not meant.
    """

    model: type[Model]
    telling_letters = 1

    def get_search_results(
        self: Any, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Each word has to be in one of the fields. What is found has no duplicates."""
        fields = self.get_search_fields(request)
        for word in _words(search_term) if fields else ():
            queryset = queryset.filter(reduce(or_, (self._has(field, word) for field in fields)))
        return queryset, False

    def _has(self, field: str, word: str) -> Q:
        lookup = field if field.endswith(_LOOKUPS) else f"{field}__icontains"
        first, _, rest = lookup.partition("__")
        if "__" not in rest:
            return Q(**{lookup: word})
        if lookup.endswith("__exact"):
            # By the keys, which all indexes have: an index with the names as well is looked through alone.
            return Q(pk__in=self.model._default_manager.filter(**{lookup: word}).values("pk"))
        return _among(self.model, first, Q(**{rest: word})) if self.is_telling(word) else Q(pk__in=[])

    def is_telling(self, word: str) -> bool:
        return len(word) >= self.telling_letters


def _among(model: type[Model], name: str, found: Q) -> Q:
    """Those whose relation of this name leads to what is found."""
    relation: Any = model._meta.get_field(name)
    related = relation.related_model._default_manager.filter(found)
    if relation.concrete:
        return Q(**{f"{name}__in": related.values("pk")})
    return Q(pk__in=related.values(relation.field.attname))


def _words(text: str) -> list[str]:
    """What is in quotes is one word."""
    return [
        unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] else word
        for word in smart_split(text)
    ]
