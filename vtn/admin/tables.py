"""Small tables inside the pages of objects."""

from __future__ import annotations

from django.utils.html import format_html_join
from django.utils.safestring import SafeString


def heads(*names: str) -> SafeString:
    """The cells of a first row."""
    return format_html_join("", '<th scope="col">{}</th>', ((name,) for name in names))
