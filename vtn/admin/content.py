"""Forms for objects that are written as JSON: the members staff look for as fields, the rest as text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from vtn import errors
from vtn.caller import Caller
from vtn.wire import body


class TargetsField(forms.CharField):
    """Targets, one per line: a comma is legal in a target. So are line breaks and spaces at its ends; where there are
    such, the field is a JSON list, and no target changes by being shown."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(value) if all(map(_is_plain, value)) else body.encode_text(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text.startswith("["):
            return [line.strip() for line in text.split("\n") if line.strip()]
        try:
            targets = body.decode(text.encode())
        except errors.Invalid as error:
            raise forms.ValidationError(f"A list in JSON, or one target per line: {error.detail}") from None
        if not all(isinstance(target, str) for target in targets):
            raise forms.ValidationError("A list of texts in JSON, or one target per line")
        return targets


def _is_plain(target: str) -> bool:
    return target.isprintable() and target == target.strip() and not target.startswith("[")


class ContentForm(forms.ModelForm):
    """Puts its fields together into a 3.1.0 request and has it checked like any other."""

    targets = TargetsField(required=False, help_text="One per line. Without targets every VEN sees it.")
    rest = forms.CharField(
        label="content",
        widget=forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField", "spellcheck": "false"}),
        help_text="All other members of a 3.1.0 request, as JSON.",
    )

    own_members: ClassVar[frozenset[str]] = frozenset()  # JSON names that have a field of their own
    blank: ClassVar[dict[str, Any]] = {}  # what an empty form offers as content

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.blank if self.instance._state.adding else self.instance.content
        rest = {name: value for name, value in stored.items() if name not in self.own_members}
        self.fields["rest"].initial = body.indented(rest)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                rest = _json_object(cleaned["rest"])
                targets = {"targets": cleaned["targets"]} if cleaned["targets"] else {}
                content = self.parse({**rest, **self.members(cleaned), **targets})
                # Numbers that a 3.0.1 client wrote for its targets are not staff's to lose.
                self.content = replace(content, literals=self.instance.literals or {})
            except errors.Invalid as error:
                raise forms.ValidationError(error.detail) from None
        return cleaned

    def members(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The members that have a field, as the wire writes them."""
        raise NotImplementedError

    def parse(self, written: dict[str, Any]) -> Any:
        """The checked content. Raises `Invalid`."""
        raise NotImplementedError


def _json_object(text: str) -> dict[str, Any]:
    value = body.without_nulls(body.decode(text.encode()))
    if not isinstance(value, dict):
        raise errors.Invalid("Expected an object: {…}")
    return value


class ServiceAdmin(admin.ModelAdmin):
    """An admin that changes nothing itself: it calls the services that the doors call."""

    show_full_result_count = False
    derived_fields: ClassVar[tuple[str, ...]] = ("id", "created_at", "modified_at")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the VTN adds is shown once it is there."""
        fields = super().get_fields(request, obj)
        return fields if obj else [name for name in fields if name not in self.derived_fields]

    def caller(self, request: HttpRequest) -> Caller:
        return Caller.staff(request.user.get_username())

    def adopt(self, obj: Model, saved: Model) -> None:
        """The admin goes on with `obj` after saving (log, redirect); make it what the service has stored."""
        obj.__dict__.update(saved.__dict__)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            self.delete_model(request, obj)
