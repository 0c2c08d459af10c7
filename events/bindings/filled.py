"""The settings of a binding as its backend's form takes them: checked the same way for the admin and for commands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from events.backends.registry import backend_named
from events.bindings.models import Binding
from events.bindings.pushing import bound
from events.bindings.secrets import secret_fields, secrets_of
from vtn.decimal_input import DecimalInput
from vtn.sealing import CannotUnseal
from vtn.wire import body

_LONGEST_HOST = 300


class FilledForm:
    """The form of a binding's backend, filled in or not. Whatever a backend of somebody else's does wrong is an error
    in the form."""

    def __init__(
        self, binding: Binding, data: Mapping[str, Any] | None = None, *, prefix: str | None = None
    ) -> None:
        """Raises `NoSuchBackend`. A secret that is there already may be left out."""
        self._binding = binding
        self._backend = backend_named(binding.backend)
        self.form = self._backend.SettingsForm(data=data, prefix=prefix, initial=binding.settings)
        for field in self.form.fields.values():
            if isinstance(field, forms.FloatField | forms.DecimalField):
                field.widget = DecimalInput()
        self.secret_names = secret_fields(self.form)
        for name in self.secret_names:
            self._keep_secret(self.form.fields[name], is_set=name in binding.sealed_secrets)
        self.plain: dict[str, Any] = {}
        self.secrets: dict[str, str] = {}
        self.host = ""

    def is_good(self) -> bool:
        """Whether it can be saved; then `plain`, `secrets` (those that were given) and `host` say as what. Else the
        form has the errors."""
        try:
            if self.form.is_valid():
                self._work_out()
        except (Exception, SystemExit) as error:
            self.form.add_error(None, f"The backend cannot be made of these: {error!r}")
        return not self.form.errors

    @property
    def faults(self) -> str:
        """The errors in one line."""
        found = self.form.errors.items()
        return "; ".join(
            " ".join([*([] if name == "__all__" else [f"{name}:"]), *map(str, texts)])
            for name, texts in found
        )

    def _work_out(self) -> None:
        cleaned = self.form.cleaned_data
        self.secrets = {name: cleaned[name] for name in self.secret_names if cleaned.get(name)}
        # What is kept is what JSON holds, whatever fields made of it.
        self.plain = json.loads(
            body.encode({name: value for name, value in cleaned.items() if name not in self.secret_names})
        )
        self.host = self._backend(self._bound()).host()
        if not isinstance(self.host, str) or not 0 < len(self.host) <= _LONGEST_HOST:
            self.form.add_error(None, "The backend does not say whom it calls")
        elif self._binding.pk and self.host != self._binding.host:
            self._want_secrets_again()

    def _bound(self) -> Any:
        """As it would be, under the id that it has or will have."""
        try:
            kept = secrets_of(self._binding)
        except CannotUnseal:
            kept = {}
            for name in set(self._binding.sealed_secrets) - set(self.secrets):
                self.form.add_error(name, "No key opens what is kept of it: put it in again")
        binding = Binding(id=self._binding.pk or 0, name=self._binding.name, settings=self.plain)
        binding.mapping = self._binding.mapping
        return bound(binding, {**kept, **self.secrets})

    def _want_secrets_again(self) -> None:
        """A secret goes nowhere but where it was put in for: else whoever may edit a binding could read it by having it
        sent to himself."""
        for name in set(self._binding.sealed_secrets) & self.secret_names - set(self.secrets):
            self.form.add_error(name, f"Put it in again: it would go to {self.host}")

    @staticmethod
    def _keep_secret(field: forms.Field, *, is_set: bool) -> None:
        assert isinstance(field.widget, forms.PasswordInput)
        field.widget.render_value = False
        field.widget.attrs.setdefault("autocomplete", "new-password")
        if is_set:
            field.required = False
            told = str(field.help_text)
            stop = "" if not told or told.endswith(".") else "."
            field.help_text = f"{told}{stop} {_('Is set; leave empty to keep.')}".strip()


def check_mapping(binding: Binding, mapping: Any) -> None:
    """Raises `ValueError` that names the path, and `NoSuchBackend`."""
    if not isinstance(mapping, dict):
        raise ValueError("Expected an object: {…}")  # noqa: TRY004 - it is said to whoever wrote the JSON
    check = getattr(backend_named(binding.backend), "check_mapping", None)
    if check is not None:
        try:
            check(mapping)
        except ValueError:
            raise
        except (Exception, SystemExit) as error:
            raise ValueError(f"The backend cannot check it: {error!r}") from None
