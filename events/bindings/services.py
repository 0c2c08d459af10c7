"""Everything that changes bindings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings as django_settings
from django.db import transaction

from events.backends.registry import NoSuchBackend
from events.bindings.fan_out import CHANNEL
from events.bindings.filled import FilledForm, check_mapping
from events.bindings.models import Binding
from events.bindings.passing_on import CHANNEL as LICENCES
from events.bindings.secrets import put_secrets, secrets_of
from participants.services.validation import checked_name, checked_targets
from programs.models import Program
from vtn import errors
from vtn.audit import record_described
from vtn.caller import Caller
from vtn.constraints import refused_by
from vtn.deliveries import store
from vtn.relay.wake import wake


class NameTaken(errors.Conflict):
    """Another binding has this name."""


class BadSettings(errors.Invalid):
    """The backend does not take these settings; the text names the fields."""


class BadMapping(errors.Invalid):
    """The backend does not take this mapping; the text names the path."""


def save_binding(
    *,
    caller: Caller,
    binding: Binding,
    settings: Mapping[str, Any],
    now: datetime,
) -> Binding:
    """Creates or replaces a binding. Secrets that are left empty stay as they are, unless they would go to another
    host. Whatever held it up is taken for done: what waits is pushed now, or, if it is disabled, never.

    `settings` are what the fields of the backend's form are filled in with. Raises `BadSettings`, `BadMapping`,
    `NameTaken`, and `Invalid` for another backend than before, for programs that are not there and for bad targets.
    """
    caller.require_staff()
    stored = None if binding.pk is None else Binding.objects.get(pk=binding.pk)
    _check(binding, stored)
    filled = _filled_in(binding, settings)
    before = None if stored is None else described(stored)
    taken = NameTaken(f"There is already a binding named '{binding.name}'")
    with refused_by({"events_binding_name_key": taken}), transaction.atomic():
        binding.created_at = binding.created_at or now
        binding.modified_at = now
        binding.trouble, binding.troubled_at = "", None
        binding.settings, binding.host = filled.plain, filled.host
        binding.save()
        put_secrets(binding, filled.secrets)
        binding.save()
        _record(binding, before, described(binding), caller, now)
        _push_now(binding)
    return binding


@transaction.atomic
def set_enabled(*, caller: Caller, binding: Binding, is_enabled: bool, now: datetime) -> Binding:
    """Also where its backend cannot be imported. What waits for one that is disabled is pushed no more, also when it is
    enabled again: by then it would be old."""
    caller.require_staff()
    stored = Binding.objects.select_for_update().get(pk=binding.pk)
    if stored.is_enabled == is_enabled:
        return stored
    before = described(stored)
    stored.is_enabled, stored.modified_at = is_enabled, now
    stored.save()
    _record(stored, before, described(stored), caller, now)
    _push_now(stored)
    return stored


@transaction.atomic
def delete_binding(*, caller: Caller, binding: Binding, now: datetime) -> None:
    """What waits for it is pushed no more."""
    caller.require_staff()
    _record(binding, described(binding), None, caller, now)
    _push_now(binding)
    Binding.objects.filter(pk=binding.pk).delete()


@transaction.atomic
def reseal_secrets() -> int:
    """Puts the secrets of bindings under the newest sealing key; how many bindings there are. Raises `CannotUnseal`."""
    found = list(Binding.objects.select_for_update().order_by("id"))
    for binding in found:
        put_secrets(binding, secrets_of(binding))
        binding.save(update_fields=["sealed_secrets"])
    return len(found)


def described(binding: Binding) -> dict[str, Any]:
    """For the record, where no secret has a place."""
    return {
        "id": binding.pk,
        "name": binding.name,
        "backend": binding.backend,
        "enabled": binding.is_enabled,
        "programIDs": binding.program_ids,
        "targets": binding.targets,
        "settings": binding.settings,
        "secrets": sorted(binding.sealed_secrets),
        "mapping": binding.mapping,
    }


def _check(binding: Binding, stored: Binding | None) -> None:
    """All but the settings."""
    binding.name = checked_name("name", binding.name)
    binding.targets = checked_targets(binding.targets)
    if stored is not None and stored.backend != binding.backend:
        # Its secrets are for that one, and what waits is meant for it.
        raise errors.Invalid(f"A binding keeps its backend, which is '{stored.backend}'")
    known = {*Program.objects.filter(id__in=binding.program_ids).values_list("id", flat=True)}
    # One that is gone stays until somebody takes it out: without it, the binding might be one of all programs.
    known |= set(stored.program_ids) if stored is not None else set()
    if unknown := [program_id for program_id in binding.program_ids if program_id not in known]:
        raise errors.Invalid(f"There is no program '{unknown[0]}'")
    try:
        check_mapping(binding, binding.mapping)
    except NoSuchBackend as error:
        raise BadSettings(str(error)) from None
    except ValueError as error:
        raise BadMapping(f"mapping: {error}") from None


def _filled_in(binding: Binding, settings: Mapping[str, Any]) -> FilledForm:
    try:
        filled = FilledForm(binding, settings)
    except NoSuchBackend as error:
        raise BadSettings(str(error)) from None
    if not filled.is_good():
        raise BadSettings(filled.faults)
    return filled


def _push_now(binding: Binding) -> None:
    """What waits for it is looked at at once: pushed, or dropped where it is not wanted any more. What is being pushed
    just now is left to whoever does."""
    for channel in (CHANNEL, LICENCES):
        store.redirect(channel, {binding.pk: binding.host}, lease=django_settings.DELIVERY_LEASE)
    transaction.on_commit(wake, robust=True)


def _record(
    binding: Binding,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    caller: Caller,
    now: datetime,
) -> None:
    record_described("BINDING", binding.pk, before, after, caller=caller, now=now)
