"""The names of models, of their fields and of what can be chosen in these, in the language of whoever looks at them."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy


def translate_names() -> None:
    """Has those that are plain texts looked up in the catalogues when they are shown: most follow from the name of a
    class or an attribute, and would have to be repeated there to be marked. No migration is told of them."""
    for model in apps.get_models():
        names = model._meta
        if isinstance(names.verbose_name, str):
            names.verbose_name = gettext_lazy(names.verbose_name)
            names.verbose_name_plural = gettext_lazy(str(names.verbose_name_plural))
        for field in names.local_fields:
            field.verbose_name, field.help_text = _looked_up(field.verbose_name), _looked_up(field.help_text)
            if field.choices:
                field.choices = [(value, _looked_up(label)) for value, label in field.flatchoices]


def _looked_up(text: Any) -> Any:
    """As it is, if it is marked already, or empty, which stands for the head of a catalogue there."""
    return gettext_lazy(text) if isinstance(text, str) and text else text
