"""Says from the command line which VEN or resource a controller is."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from participants.services.controllers import bind_controller
from vtn.caller import Caller
from vtn.errors import VtnError


class Command(BaseCommand):
    help = (
        "Says that a controller, by its node id, is a VEN or a resource, so that licences decide whether other systems "
        "are told of events for it. Prints the link as one JSON object. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "node", help="the node id; a controller that is not known is made, and is nobody's"
        )
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--ven", metavar="ID")
        which.add_argument("--resource", metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            link = bind_controller(
                caller=Caller.staff("manage.py"),
                node_id=options["node"],
                ven_id=options["ven"],
                resource_id=options["resource"],
                now=timezone.now(),
            )
        except VtnError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(
            json.dumps(
                {"nodeId": link.controller.node_id, "venID": link.ven_id, "resourceID": link.resource_id}
            )
        )
