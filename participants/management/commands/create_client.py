"""Makes a client from the command line, for scripts and tests."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from participants.services.provisioning import Provisioned, Wanted, provision_client
from vtn.caller import Caller, Role
from vtn.errors import VtnError


class Command(BaseCommand):
    help = (
        "Creates a client that may ask for tokens, and prints it as one JSON object. Safe to repeat: what is as asked "
        "stays as it is. A client_secret of null means that the client has one already, which cannot be read again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="name of the client, unique among clients")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument(
            "--client-id", help="default: the name, or a random id where the name will not do"
        )
        secret = parser.add_mutually_exclusive_group()
        secret.add_argument(
            "--client-secret", help="a secret that it shall have; default: a random one when it is new"
        )
        secret.add_argument(
            "--new-secret", action="store_true", help="one more random secret for a client that exists"
        )
        parser.add_argument(
            "--scopes", nargs="+", metavar="SCOPE", help="default: what its role has in the standard"
        )
        parser.add_argument("--ven-name", help="the VEN to create for a client with the role ven")
        parser.add_argument(
            "--targets", nargs="*", metavar="TARGET", help="what is granted to that VEN, exactly"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            provisioned = provision_client(
                caller=Caller.staff("manage.py"), wanted=_wanted(options), now=timezone.now()
            )
        except VtnError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(json.dumps(_rendered(provisioned)))


def _wanted(options: dict[str, Any]) -> Wanted:
    return Wanted(
        name=options["name"],
        role=Role(options["role"]),
        client_id=options["client_id"],
        client_secret=options["client_secret"],
        new_secret=options["new_secret"],
        scopes=None if options["scopes"] is None else " ".join(options["scopes"]).split(),
        ven_name=options["ven_name"],
        targets=options["targets"],
    )


def _rendered(provisioned: Provisioned) -> dict[str, Any]:
    client, ven = provisioned.client, provisioned.ven
    rendered: dict[str, Any] = {
        "name": client.name,
        "role": client.role,
        "client_id": client.client_id,
        "client_secret": provisioned.client_secret,
        "scopes": client.scopes,
    }
    if ven is not None:
        rendered["ven"] = {"id": ven.id, "name": ven.ven_name, "targets": ven.targets}
    return rendered
