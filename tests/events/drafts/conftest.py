"""The cast of drafts: an operator who writes, an approver who publishes, a viewer, and the members of staff who may do
everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client as Browser

from programs.models import Program

COMPOSE = "/admin/events/eventdraft/compose/"


@pytest.fixture
def member(db: None) -> Callable[[str, str], Browser]:
    """A member of staff of this name and role, logged in."""

    def member(name: str, role: str) -> Browser:
        user = get_user_model().objects.create_user(name, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        browser = Browser()
        browser.force_login(user)
        return browser

    return member


@pytest.fixture
def operator(member: Callable[[str, str], Browser]) -> Browser:
    return member("olga", "operator")


@pytest.fixture
def approver(member: Callable[[str, str], Browser]) -> Browser:
    return member("anna", "approver")


@pytest.fixture
def careful(program: dict[str, Any]) -> dict[str, Any]:
    """The programme, which wants four eyes."""
    Program.objects.update(four_eyes=True)
    return program


def composed(**fields: Any) -> dict[str, Any]:
    """The composer's form, filled in: two hours from noon in Amsterdam."""
    return {
        "token": uuid4().hex,
        "event_name": "peak",
        "priority": "1",
        "targets": "north",
        "payload_types": "PRICE",
        "start_date": "2030-06-01",
        "start_time": "12:00",
        "zone": "Europe/Amsterdam",
        "turn": "",
        "step": "60",
        "grid": "0,25\r\n0,50",
        "action": "publish",
        **fields,
    }


def messages_of(browser: Browser, response: Any) -> list[str]:
    return [str(each) for each in browser.get(response["Location"]).context["messages"]]
