"""Staff, each with a role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client


@pytest.fixture
def log_in(db: None) -> Callable[..., Client]:
    """A browser of somebody with this role; without one, of a superuser."""

    def log_in(role: str | None = None) -> Client:
        if role is None:
            person = User.objects.create_superuser("root")
        else:
            person = User.objects.create_user(f"the-{role}", is_staff=True)
            person.groups.set([Group.objects.get(name=role)])
        client = Client()
        client.force_login(person)
        return client

    return log_in
