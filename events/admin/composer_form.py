"""The composer's form: what was typed, turned into a plan, with every cell that is wrong told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _

from events.admin.composer_fields import FREE, ComposerFields
from events.admin.composer_initial import initial_of
from events.admin.composer_source import Source
from events.composer.changes import CannotChange
from events.composer.content import with_grid
from events.composer.grid import Grid, parse_grid, remarks_on
from events.composer.local import BadLocalTime, Turn, moment_of, zone_names
from events.composer.series import Weekly, days_of
from events.composer.tables import BadTable, Fault
from events.content import EventContent
from events.drafts.calendars import days_in
from events.drafts.plans import Plan, Series, checked
from vtn import errors


class ComposerForm(ComposerFields):
    """`plan`, `content`, `parsed` (the grid) and `remarks` are there once it is valid; `faults` are the cells that are
    wrong."""

    def __init__(self, source: Source, *args: Any, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source, self.action = source, action
        self.faults: list[Fault] = []
        self.zone_names = zone_names()

    @classmethod
    def showing(cls, source: Source, zone: ZoneInfo) -> ComposerForm:
        """As it is first shown. Raises `CannotChange` where the content says more than a grid can."""
        return cls(source, initial=initial_of(source, zone))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.parsed = self._grid(cleaned)
                self.plan = self._plan(cleaned)
                self.content: EventContent = checked(self.plan.content)
                self.remarks = remarks_on(self.parsed, cleaned["zone"])
            except BadTable as error:
                self._tell(error)
            except CannotChange as error:
                self.add_error("until", str(error))
            except errors.Invalid as error:
                self.add_error(None, error.detail)
        return cleaned

    def clean_payload_types(self) -> tuple[str, ...]:
        types = tuple(self.cleaned_data["payload_types"].replace(",", " ").split())
        if not types:
            raise forms.ValidationError(_("Name a payload type"))
        for payload_type in types:
            if len(payload_type) > 128:
                raise forms.ValidationError(_("A payload type has at most 128 characters"))
        if len(set(types)) != len(types):
            raise forms.ValidationError(_("Each payload type can be there once"))
        return types

    def clean_file(self) -> str:
        """Its text; what spreadsheets save is UTF-8, or of the old days of Windows."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        written: bytes = file.read()
        try:
            return written.decode("utf-8-sig")
        except UnicodeDecodeError:
            return written.decode("cp1252", errors="replace")

    def _grid(self, cleaned: dict[str, Any]) -> Grid:
        return parse_grid(
            cleaned["file"] or cleaned["grid"],
            types=cleaned["payload_types"],
            step=None if cleaned["step"] == FREE else timedelta(minutes=int(cleaned["step"])),
            start=self._start(cleaned),
            zone=cleaned["zone"],
        )

    def _start(self, cleaned: dict[str, Any]) -> datetime | None:
        if cleaned["start_date"] is None:
            return None
        if cleaned["start_time"] is None:
            raise BadTable([Fault(_("Say at what time it starts"))])
        local = datetime.combine(cleaned["start_date"], cleaned["start_time"])
        try:
            return moment_of(local, cleaned["zone"], Turn(cleaned["turn"]))
        except BadLocalTime as error:
            raise BadTable([Fault(str(error))]) from None

    def _plan(self, cleaned: dict[str, Any]) -> Plan:
        source, is_template = self.source, self.action == "template"
        named = {
            "programID": source.program.id,
            "eventName": cleaned["event_name"] or None,
            "priority": cleaned["priority"],
            "targets": cleaned["targets"] or None,
        }
        members = {
            **source.kept_members,
            **{name: value for name, value in named.items() if value is not None},
        }
        draft = source.draft
        stays_template = draft is not None and draft.is_template
        return Plan(
            operation=source.operation,
            content=with_grid(members, self.parsed),
            zone=cleaned["zone"].key,
            name=cleaned["kept_as"] or (draft.name if draft and stays_template else ""),
            event_id=None if is_template else source.event_id,
            began_from=None if is_template else source.began_from,
            series=self._series(cleaned),
            is_template=is_template or stays_template,
        )

    def _series(self, cleaned: dict[str, Any]) -> Series | None:
        if not cleaned["weekdays"]:
            return None
        if self.source.event_id is not None:
            raise CannotChange(_("An event that is there already does not come back; duplicate it"))
        if cleaned["until"] is None:
            raise CannotChange(_("Say until when it comes back"))
        calendar = cleaned["calendar"]
        weekly = Weekly(frozenset(cleaned["weekdays"]), cleaned["until"], days_in(calendar))
        first = self.parsed.starts_at.astimezone(cleaned["zone"]).date()
        return Series(
            days=tuple(days_of(weekly, first)),
            weekdays=tuple(cleaned["weekdays"]),
            until=cleaned["until"],
            calendar=calendar,
        )

    def _tell(self, error: BadTable) -> None:
        self.faults = error.faults
        texts = [str(fault) for fault in error.faults]
        if error.more:
            texts.append(_("and %(more)s more") % {"more": error.more})
        self.add_error("grid", forms.ValidationError(texts))
