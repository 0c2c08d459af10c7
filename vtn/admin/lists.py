"""What keeps lists in the admin fast however long their tables are: nothing is counted to its end, and no column is
looked through for what may be in it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from vtn.outbox import TOLD
from vtn.wiring import wired_by_name

# Nobody turns more pages than this makes; who looks for something narrows the list down.
MOST_COUNTED = 10_000


class BoundedPaginator(Paginator):
    """Counts to `MOST_COUNTED`, and has as many pages as that makes.

    Of a list that takes long to find, like that of a search, what is counted and what is shown are found in one walk:
    a page is read by its keys, out of `every` object where those are known, without another search for them.
    """

    object_list: Any
    every: QuerySet[Any] | None = None

    @cached_property
    def count(self) -> int:
        return len(self.keys)

    def page(self, number: Any) -> Page[Any]:
        shown = self.validate_number(number)
        begins = (shown - 1) * self.per_page
        places = {key: place for place, key in enumerate(self.keys[begins : begins + self.per_page])}
        rows = (self.object_list if self.every is None else self.every).filter(pk__in=places)
        rows.query.select_related = self.object_list.query.select_related
        return Page(sorted(rows, key=lambda row: places[row.pk]), shown, self)

    @cached_property
    def keys(self) -> list[Any]:
        return list(self.object_list.values_list("pk", flat=True)[:MOST_COUNTED])


class Counted(int):
    """A number of rows, which reads as what it may be: where it was counted to `MOST_COUNTED`, at least so many."""

    def __str__(self) -> str:
        # With a space that no line is broken at.
        return f"{int(self):,}+".replace(",", "\N{NO-BREAK SPACE}") if self >= MOST_COUNTED else repr(self)


class BoundedList(ChangeList):
    """Shows a list of one page by its keys as well; Django would look for it once more. As if it knew the number of
    all, unfold offers no way to all, which would lead to the first page of them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count = Counted(self.result_count)
        if not self.multi_page:
            self.result_list = self.paginator.page(1).object_list


class OneOf(admin.SimpleListFilter):
    """Narrows a list down to one value of a column, whose values are known without a look at the table."""

    values: tuple[str, ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, value) for value in self.values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value()
        return queryset if wanted is None else queryset.filter(**{str(self.parameter_name): wanted})


class TypeFilter(OneOf):
    title = gettext_lazy("type")
    parameter_name = "object_type"
    values = tuple(sorted(TOLD))


class RecordedTypeFilter(TypeFilter):
    """Nobody is told of those that are named here."""

    values = (
        *TypeFilter.values,
        *("BINDING", "CLIENT", "CONTROLLER", "CONTROLLER_LINK", "CUSTOMER", "DR_EVENT", "EVENT_DRAFT"),
        *("FOUR_EYES", "HOLIDAYS", "MEMBERSHIP", "ORDER", "PARTICIPANT", "SIGNING_KEY", "TIMING"),
    )


class ChannelFilter(OneOf):
    title, parameter_name = gettext_lazy("channel"), "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in wired_by_name("channels")]
