"""Makes a binding be as a script wants it, however often the script asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from events.backends.registry import NoSuchBackend
from events.bindings.filled import FilledForm
from events.bindings.models import Binding
from events.bindings.secrets import secrets_of
from events.bindings.services import BadSettings, described, save_binding
from programs.models import Program
from vtn import errors
from vtn.caller import Caller
from vtn.sealing import CannotUnseal
from vtn.turns import wait_for_turn


@dataclass(frozen=True)
class Wanted:
    """None means: as it is, or the default when it is new; so do settings and secrets that are not named. `programs`
    are ids or names."""

    name: str
    backend: str
    programs: Sequence[str] | None = None
    targets: Sequence[str] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    mapping: Mapping[str, Any] | None = None
    is_enabled: bool | None = None


@transaction.atomic
def provision_binding(*, caller: Caller, wanted: Wanted, now: datetime) -> Binding:
    """Creates the binding or changes it; asked again for the same, it changes nothing, and ends no trouble either.
    Raises what `save_binding` does, and then has changed nothing."""
    # Scripts that provision at the same time take turns, so that the second finds what the first has made.
    wait_for_turn("events.provision_binding")
    stored = Binding.objects.filter(name=wanted.name).first()
    binding = Binding.objects.get(pk=stored.pk) if stored else Binding(name=wanted.name)
    _change(binding, wanted)
    data = _filled_in(binding, wanted)
    if stored is not None and _is_as_stored(binding, stored, data):
        return stored
    return save_binding(caller=caller, binding=binding, settings=data, now=now)


def _change(binding: Binding, wanted: Wanted) -> None:
    binding.backend = wanted.backend
    if wanted.programs is not None:
        binding.program_ids = [_program_id(each) for each in wanted.programs]
    if wanted.targets is not None:
        binding.targets = list(wanted.targets)
    if wanted.mapping is not None:
        binding.mapping = dict(wanted.mapping)
    if wanted.is_enabled is not None:
        binding.is_enabled = wanted.is_enabled


def _program_id(named: str) -> str:
    """An id comes first: a name may look like one."""
    found = Program.objects.filter(id=named).first() or Program.objects.filter(program_name=named).first()
    if found is None:
        raise errors.Invalid(f"There is no program '{named}'")
    return found.id


def _filled_in(binding: Binding, wanted: Wanted) -> dict[str, Any]:
    """What the form is filled in with: what was asked for, over what is stored, over what the form itself offers."""
    try:
        filled = FilledForm(binding)
    except NoSuchBackend as error:
        raise BadSettings(str(error)) from None
    fields, secrets = filled.form.fields, filled.secret_names
    if unknown := sorted({*wanted.settings, *wanted.secrets} - set(fields)):
        raise BadSettings(f"The backend has no setting '{unknown[0]}'; it has {', '.join(fields)}")
    if shown := sorted(secrets & set(wanted.settings)):
        raise BadSettings(f"{shown[0]} is a secret")
    if plain := sorted(set(wanted.secrets) - secrets):
        raise BadSettings(f"{plain[0]} is not a secret")
    offered = {name: filled.form.get_initial_for_field(field, name) for name, field in fields.items()}
    kept = {name: value for name, value in offered.items() if name not in secrets and value is not None}
    return {**kept, **wanted.settings, **wanted.secrets}


def _is_as_stored(binding: Binding, stored: Binding, data: Mapping[str, Any]) -> bool:
    filled = FilledForm(binding, data)
    if not filled.is_good():
        return False
    try:
        kept = secrets_of(stored)
    except CannotUnseal:
        return False
    would_be = {**described(binding), "settings": filled.plain}
    return would_be == described(stored) and {**kept, **filled.secrets} == kept
