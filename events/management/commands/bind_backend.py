"""Makes a binding from the command line, for scripts and tests."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from events.bindings.models import Binding
from events.bindings.provisioning import Wanted, provision_binding
from events.bindings.services import described
from events.bindings.trying import check_connection
from vtn import errors
from vtn.caller import Caller


class Command(BaseCommand):
    help = (
        "Has another system follow the events of some programs, and prints the binding as one JSON object, without its "
        "secrets. Safe to repeat: what is as asked stays as it is, and so does what is not named."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="name of the binding, unique among bindings")
        parser.add_argument("--backend", required=True, help="by its name, as in config/wiring.py")
        parser.add_argument(
            "--program", action="append", metavar="ID_OR_NAME", help="repeatable; default: all programs"
        )
        parser.add_argument("--target", action="append", help="repeatable; default: all targets")
        parser.add_argument(
            "--setting", action="append", default=[], metavar="NAME=VALUE", help="a name twice makes a list"
        )
        # Others see the command line of a process, and shells remember it.
        parser.add_argument(
            "--secret",
            action="append",
            default=[],
            metavar="NAME=-|NAME=env:VARIABLE",
            help="read from a line of the standard input, or from the environment",
        )
        parser.add_argument("--mapping", metavar="FILE", help="a JSON object; - is the standard input")
        switch = parser.add_mutually_exclusive_group()
        switch.add_argument("--enable", action="store_true", default=None)
        switch.add_argument("--disable", action="store_false", dest="enable")
        parser.add_argument("--check", action="store_true", help="call the other side; fails when that does")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            binding = provision_binding(
                caller=Caller.staff("manage.py"), wanted=_wanted(options), now=timezone.now()
            )
            checked = check_connection(binding) if options["check"] else None
        except errors.VtnError as error:
            raise CommandError(error.detail) from error
        shown = _shown(binding)
        if checked is not None:
            shown["check"] = {"good": checked.is_good, "text": checked.text}
        self.stdout.write(json.dumps(shown))
        if checked is not None and not checked.is_good:
            raise CommandError(checked.text)


def _wanted(options: dict[str, Any]) -> Wanted:
    settings: dict[str, Any] = {}
    for name, value in map(_pair, options["setting"]):
        settings.setdefault(name, []).append(value)
    return Wanted(
        name=options["name"],
        backend=options["backend"],
        programs=options["program"],
        targets=options["target"],
        settings={name: values[0] if len(values) == 1 else values for name, values in settings.items()},
        secrets={name: _secret(name, where) for name, where in map(_pair, options["secret"])},
        mapping=None if options["mapping"] is None else _mapping(options["mapping"]),
        is_enabled=options["enable"],
    )


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        # Not the text: it may be a secret.
        raise CommandError("--setting and --secret are written as NAME=…")
    return name, value


def _secret(name: str, where: str) -> str:
    if where == "-":
        found = sys.stdin.readline().rstrip("\r\n")
    elif where.startswith("env:"):
        found = os.environ.get(where.removeprefix("env:"), "")
    else:
        raise CommandError(
            f"--secret {name}=- or {name}=env:VARIABLE: a command line is no place for a secret"
        )
    if not found:
        raise CommandError(f"There is no secret for {name} where it should be")
    return found


def _mapping(file: str) -> dict[str, Any]:
    try:
        mapping = json.loads(sys.stdin.read() if file == "-" else Path(file).read_text())
    except OSError as error:
        raise CommandError(f"--mapping: {error}") from None
    except ValueError as error:
        raise CommandError(f"--mapping: not JSON: {error}") from None
    if not isinstance(mapping, dict):
        raise CommandError("--mapping: Expected an object: {…}")
    return mapping


def _shown(binding: Binding) -> dict[str, Any]:
    return {**described(binding), "host": binding.host, "trouble": binding.trouble or None}
