"""`manage.py create_demo`: what the first screen of `make run` shows."""

import json
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from events.demo import Login, create_demo


class Command(BaseCommand):
    help = "Creates an administrator, a client of each kind and a programme to try. Prints one JSON object."

    def handle(self, *args: Any, **options: Any) -> None:
        demo = create_demo(now=timezone.now())
        shown = {
            "admin": {"username": demo.admin.name, "password": demo.admin.secret},
            "business": _credentials(demo.business),
            "ven": _credentials(demo.ven),
            "program": {"id": demo.program.id, "name": demo.program.program_name},
        }
        self.stdout.write(json.dumps(shown))


def _credentials(client: Login) -> dict[str, str]:
    return {"client_id": client.name, "client_secret": client.secret}
