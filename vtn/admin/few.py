"""Rows of an object's own page for what it has few of. Each row takes its time to draw, and of a form with more than a
thousand fields Django takes none."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vtn.counting import up_to_most

_MOST = 20


class FewInline:
    """For model admins whose objects are read with a `CountOf` what is in their inline. Where there are more than a
    few, the page has none, and links to their list (`linked_count`)."""

    inlines: Any
    few: ClassVar[tuple[str, str]]  # the annotation that counts them, and the prefix of the formset

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A page that was sent with rows is read with them, whatever there are by now."""
        counted, prefix = self.few
        if request.method == "POST":
            return self.inlines if f"{prefix}-TOTAL_FORMS" in request.POST else ()
        return self.inlines if obj is None or getattr(obj, counted) <= _MOST else ()


def linked_count(number: int, link: str) -> SafeString:
    """What a `CountOf` has found, and the way to all of them."""
    return format_html('<a href="{}">{}</a>', link, up_to_most(number))
