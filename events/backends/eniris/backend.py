"""The backend: for each controller that is meant, looks at its licence and writes down what the event does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from events.backends.base import BackendRequest, Bound, EventChange, OnHold, Receipt, Refused
from events.backends.calling import host_of
from events.backends.eniris import documents, dry_run, mapping
from events.backends.eniris.api import Api
from events.backends.eniris.calls import require_good
from events.backends.eniris.failures import Failures
from events.backends.eniris.form import SettingsForm
from events.backends.eniris.mapping import Controller, controllers_of, left_behind
from events.backends.eniris.session import Session, new_session, session_of
from events.backends.eniris.steering import steering_of
from events.timeline import Phase

# A controller, and the change as it is for that one.
Meant = tuple[Controller, EventChange]


class EnirisBackend:
    """A `events.backends.base.Backend`."""

    title: ClassVar[str] = "Eniris SmartgridOne"
    # A property is a state: what a later change has overtaken would be written over at once. Its telemetry points are
    # never written then (docs/eniris.md).
    only_newest_matters: ClassVar[bool] = True
    SettingsForm: ClassVar[type[forms.Form]] = SettingsForm

    def __init__(self, bound: Bound) -> None:
        self._bound, self._settings = bound, dict(bound.settings)
        self._steering = steering_of(self._settings)
        self._left_out: Mapping[str, str] = {}

    @classmethod
    def check_mapping(cls, given: Mapping[str, Any]) -> None:
        """Raises `ValueError`, whose text begins with the path of what is wrong."""
        mapping.check(given)

    @classmethod
    def nodes_of(cls, given: Mapping[str, Any], targets: Sequence[str]) -> list[str]:
        """`events.bindings.licences.TellsControllers`"""
        try:
            return [str(each.node_id) for each in controllers_of(given, targets)]
        except Refused:
            return []

    def leave_out(self, reasons: Mapping[str, str]) -> None:
        """`events.bindings.licences.TellsControllers`"""
        self._left_out = reasons

    def host(self) -> str:
        return host_of(self._settings["api_url"])

    def push(self, change: EventChange) -> Receipt:
        """A controller that is refused does not keep the others from being told, nor does one that is changed by
        somebody else just now. Where anything failed, all of it is done again: it says how things are."""
        meant, now = self._meant(change), timezone.now()
        api = Api(session_of(self._bound), self._settings)
        told: list[Meant] = []
        steered = ""
        failures = Failures()
        for controller, its_change in meant:
            with failures.noted():
                self._tell(api, controller, its_change, now)
                told.append((controller, its_change))
        if told:
            with failures.noted():
                self._write_points(api, told)
            with failures.noted():
                steered = self._steering.steer(_for_the_plant(told), now)
        nodes = ", ".join(str(controller.node_id) for controller, _ in told)
        failures.require_none(f" (told: {nodes})" if told else "")
        return Receipt(answer=f"told controllers {nodes}{'; ' if steered else ''}{steered}")

    def check_connection(self) -> str:
        """Logs in afresh, and counts the mapped controllers that have an active licence."""
        api, now = Api(self._logged_in(), self._settings), timezone.now()
        try:
            controllers = mapping.all_controllers(self._bound.mapping)
        except ValueError as error:
            raise Refused(f"The mapping cannot be read: {error}") from None
        nodes = dict.fromkeys(each.node_id for each in controllers)
        without = [reason for node in nodes if (reason := _without_licence(api, node, now))]
        who = f"Logged in as {self._settings['username']}"
        counted = f"{len(nodes) - len(without)} of {len(nodes)} mapped controllers have an active licence"
        return "; ".join([f"{who}. {counted}", *without])

    def dry_run(self, change: EventChange) -> Sequence[BackendRequest]:
        meant = [each for each in self._meant(change) if not self._why_left_out(*each)]
        calls = dry_run.requests_of(self._settings, meant)
        steered = self._steering.dry_run(_for_the_plant(meant), timezone.now()) if meant else ()
        return [*calls, *steered]

    def push_claim(self, licence_key: str, node_id: int | str) -> Receipt:
        """Claims a licence for a controller at Eniris. One that is claimed for this controller already is fine; raises
        `Refused` if it is another's, or one of the two is unknown there."""
        api = Api(session_of(self._bound), self._settings)
        answer = api.claim(licence_key, node_id)
        # 400 is said both of a claimed licence and of a bad body; ours is good.
        is_ours = answer.status == 400 and licence_key in {each.key for each in api.licences_of(node_id)}
        if is_ours:
            return Receipt(answer.status, "was claimed for this controller already", nothing_to_do=True)
        return Receipt(require_good(answer).status, answer.text)

    def push_activation(self, licence_key: str, at: datetime | None = None) -> Receipt:
        """Activates a licence at Eniris, from `at` on or from now on. One that is active already stays as it is, which
        `nothing_to_do` says."""
        answer = Api(session_of(self._bound), self._settings).activate(licence_key, at)
        if answer.status == 400:
            return Receipt(answer.status, f"was activated already: {answer.message}", nothing_to_do=True)
        return Receipt(require_good(answer).status, answer.text)

    def _meant(self, change: EventChange) -> list[Meant]:
        """Those that the event has left come first: for them it is over. Raises `Refused` where it means nobody."""
        left = left_behind(self._bound.mapping, change.targets_before, change.targets)
        over = replace(change, phase=Phase.CANCELLED, intervals=())
        try:
            controllers = controllers_of(self._bound.mapping, change.targets)
        except Refused:
            if not left:
                raise
            controllers = []
        return [*((each, over) for each in left), *((each, change) for each in controllers)]

    def _tell(self, api: Api, controller: Controller, change: EventChange, now: datetime) -> None:
        if reason := self._why_left_out(controller, change):
            raise Refused(f"Not told: {reason}")
        if not change.phase.is_over:  # to let go of an event needs no licence
            api.require_licence(controller.node_id, now)
        if self._settings["write_property"] and controller.device_id is not None:
            operations = documents.property_patch(self._settings["property_name"], change)
            api.patch_device(controller.device_id, operations)

    def _why_left_out(self, controller: Controller, change: EventChange) -> str:
        return "" if change.phase.is_over else self._left_out.get(str(controller.node_id), "")

    def _write_points(self, api: Api, told: Sequence[Meant]) -> None:
        if not self._settings["write_telemetry"]:
            return
        measurement = self._settings["telemetry_measurement"]
        answer = api.write_points([documents.point(measurement, *each) for each in told])
        if answer.status == 403:
            # The database is one for the whole binding: nobody else fares better.
            reason = f"Eniris does not let the account write to this database: {answer.message}"
            raise OnHold(reason, status=403, answer=answer.text[:1000])
        require_good(answer)

    def _logged_in(self) -> Session:
        session = new_session(self._settings)
        session.access_token()
        return session


def _for_the_plant(meant: Sequence[Meant]) -> EventChange:
    """What holds for all controllers together: it is over only where it is over for each."""
    _, change = meant[-1]
    return change


def _without_licence(api: Api, node_id: int, now: datetime) -> str:
    try:
        api.require_licence(node_id, now)
    except Refused as refusal:
        return refusal.reason
    return ""
