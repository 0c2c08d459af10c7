"""The secrets of a binding: sealed as soon as they come in, opened where they are used, and shown to nobody."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from events.bindings.models import Binding
from vtn.sealing import seal, unseal


def secret_fields(form: forms.BaseForm) -> set[str]:
    """The names of the fields whose text a browser does not show either."""
    return {name for name, field in form.fields.items() if isinstance(field.widget, forms.PasswordInput)}


def put_secrets(binding: Binding, secrets: Mapping[str, str]) -> None:
    """Seals those that were given; the others stay as they are. The binding has to have an id."""
    sealed = {name: seal(text, context=_context(binding, name)) for name, text in secrets.items() if text}
    binding.sealed_secrets = {**binding.sealed_secrets, **sealed}


def secrets_of(binding: Binding) -> dict[str, str]:
    """In clear, by the names of their fields. Raises `CannotUnseal`."""
    return {
        name: unseal(sealed, context=_context(binding, name))
        for name, sealed in binding.sealed_secrets.items()
    }


def _context(binding: Binding, name: str) -> str:
    return f"{name} of binding {binding.pk}"
