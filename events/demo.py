"""Something to look at on a new system: an administrator, a client of each kind, a programme and its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.crypto import salted_hmac

from events.services import create_event
from events.wire import v310
from participants.services.provisioning import Wanted, provision_client
from programs.models import Program
from programs.services import create_program
from programs.wire.v310 import parse_program
from vtn.caller import Caller, Role
from vtn.wire.metadata import date_time

PROGRAM_NAME = "demo-time-of-use"
TARGET = "demo-street"

# Euros per kWh for each hour of a day: cheap nights, a solar dip at noon, an evening peak.
_PRICES = ("0.18 0.17 0.16 0.16 0.17 0.20 0.26 0.31 0.29 0.24 0.19 0.15 "
           "0.12 0.12 0.15 0.20 0.28 0.36 0.41 0.39 0.33 0.27 0.23 0.20").split()  # fmt: skip


@dataclass(frozen=True)
class Login:
    name: str
    secret: str


@dataclass(frozen=True)
class Demo:
    admin: Login
    business: Login
    ven: Login
    program: Program


@transaction.atomic
def create_demo(*, now: datetime) -> Demo:
    """Creates what is missing and leaves alone what is there. The secrets hang on SECRET_KEY, so that every start
    of an installation can show them without their being stored."""
    staff = Caller.staff("the demonstration")
    return Demo(
        admin=_administrator(),
        business=_client(staff, "demo-business", Role.BL, now),
        ven=_client(staff, "demo-ven", Role.VEN, now, targets=[TARGET]),
        program=Program.objects.filter(program_name=PROGRAM_NAME).first() or _program(staff, now),
    )


def _administrator() -> Login:
    """A password that was changed since is not set back, and not known."""
    users = get_user_model().objects
    admin, password = users.filter(username="admin").first(), _secret("admin")
    if admin is None:
        admin = users.create_superuser("admin", password=password)
    return Login("admin", password if admin.check_password(password) else "(the password you have set)")


def _client(staff: Caller, name: str, role: Role, now: datetime, targets: list[str] | None = None) -> Login:
    wanted = Wanted(name=name, role=role, client_id=name, client_secret=_secret(name), targets=targets)
    provision_client(caller=staff, wanted=wanted, now=now)
    return Login(name, _secret(name))


def _program(staff: Caller, now: datetime) -> Program:
    descriptor = {"payloadType": "PRICE", "units": "KWH", "currency": "EUR"}
    program = create_program(
        caller=staff,
        content=parse_program({"programName": PROGRAM_NAME, "payloadDescriptors": [descriptor]}),
        now=now,
    )
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for written in (_prices(program, midnight), _peak(program, midnight)):
        create_event(caller=staff, content=v310.parse_event(written), now=now)
    return program


def _prices(program: Program, midnight: datetime) -> dict[str, Any]:
    """For everybody: a day of prices that is repeated until somebody changes it."""
    return {
        "programID": program.id,
        "eventName": "time-of-use prices",
        "duration": "P9999Y",
        "intervalPeriod": {"start": date_time(midnight), "duration": "PT1H"},
        "intervals": [
            {"id": hour, "payloads": [{"type": "PRICE", "values": [float(price)]}]}
            for hour, price in enumerate(_PRICES)
        ],
    }


def _peak(program: Program, midnight: datetime) -> dict[str, Any]:
    """For one street: less load tomorrow evening."""
    start = midnight + timedelta(days=1, hours=17)
    return {
        "programID": program.id,
        "eventName": "evening peak",
        "priority": 0,
        "targets": [TARGET],
        "intervalPeriod": {"start": date_time(start), "duration": "PT1H"},
        "intervals": [
            {"id": number, "payloads": [{"type": "SIMPLE", "values": [level]}]}
            for number, level in enumerate((1, 2))
        ],
    }


def _secret(name: str) -> str:
    return salted_hmac("events.demo", name, algorithm="sha256").hexdigest()[:32]
