"""The groups that stand for the roles of staff, kept as config/roles.py says."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import transaction


def keep_roles(*, using: str, app_config: AppConfig | None = None, apps: Any = installed, **_: Any) -> None:
    """After each `migrate` and `flush`, behind the last app, once the permissions of all are there: Django makes them
    behind the migrations, where no migration would find them. Sets exactly what each role may do, and touches no other
    group; safe to repeat."""
    if app_config is not None:
        # Those of the last app itself: Django's own receiver may come after this one.
        create_permissions(app_config, verbosity=0, using=using, apps=apps)
    try:
        groups, all_permissions = (apps.get_model("auth", name).objects for name in ("Group", "Permission"))
    except LookupError:  # `migrate` of a single app, before the others
        return
    with transaction.atomic(using=using):
        named = all_permissions.using(using).values_list("content_type__app_label", "codename", "pk")
        permissions = {f"{app}.{codename}": pk for app, codename, pk in named}
        for role, patterns in settings.ROLES.items():
            group, _made = groups.using(using).get_or_create(name=role)
            group.permissions.set(_matching(permissions, patterns))


def is_role(name: str) -> bool:
    """Whether a group of this name is one of ours, which nobody changes by hand."""
    return name in settings.ROLES


def _matching(permissions: dict[str, int], patterns: tuple[str, ...]) -> list[int]:
    return [pk for name, pk in permissions.items() if any(fnmatchcase(name, pattern) for pattern in patterns)]
