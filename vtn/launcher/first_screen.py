"""What the person who started the system sees first: addresses, keys and a line to try."""

import json
import shlex
from dataclasses import dataclass
from typing import Any

from vtn.launcher.errors import CannotStart
from vtn.launcher.options import Options

SCREEN = """
The VTN is running at {url}   (Ctrl-C stops it)

  OpenADR 3.1.0   {url}/openadr3/3.1.0
  OpenADR 3.0.1   {url}/openadr3/3.0.1
  Admin           {url}/admin/         {admin_name} / {admin_password}
  API documents   {url}/docs/
  Health          {url}/health/ready

  Business logic  client id {business_id}   client secret {business_secret}
  VEN             client id {ven_id}   client secret {ven_secret}
  Demo programme  {program_name} ({program_id})

  Data and logs   {home}

Poll the events as the VEN:

{curl}
"""

CURL = (
    'curl -s -H "Authorization: Bearer $('
    "curl -s -u {credentials} -d grant_type=client_credentials {root}/auth/token"
    """ | sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')" {root}/events"""
)


@dataclass(frozen=True)
class Login:
    name: str
    secret: str


@dataclass(frozen=True)
class Demo:
    """What there is to try: an administrator, a client of each kind and a programme."""

    admin: Login
    business: Login
    ven: Login
    program_id: str
    program_name: str

    @classmethod
    def parse(cls, text: str) -> "Demo":
        """Reads what create_demo prints. Raises CannotStart."""
        try:
            return cls._from(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise CannotStart(
                f"The command create_demo printed something unexpected: {text[:200]!r}"
            ) from error

    @classmethod
    def _from(cls, demo: dict[str, Any]) -> "Demo":
        return cls(
            admin=Login(demo["admin"]["username"], demo["admin"]["password"]),
            business=Login(demo["business"]["client_id"], demo["business"]["client_secret"]),
            ven=Login(demo["ven"]["client_id"], demo["ven"]["client_secret"]),
            program_id=demo["program"]["id"],
            program_name=demo["program"]["name"],
        )


def first_screen(options: Options, demo: Demo) -> str:
    return SCREEN.format(
        url=options.address.url,
        home=options.home.path,
        admin_name=demo.admin.name,
        admin_password=demo.admin.secret,
        business_id=demo.business.name,
        business_secret=demo.business.secret,
        ven_id=demo.ven.name,
        ven_secret=demo.ven.secret,
        program_id=demo.program_id,
        program_name=demo.program_name,
        curl=curl_line(options, demo.ven),
    )


def curl_line(options: Options, client: Login) -> str:
    """One line that fetches a token and polls with it, to be pasted into a shell."""
    credentials = shlex.quote(f"{client.name}:{client.secret}")
    return CURL.format(credentials=credentials, root=f"{options.address.url}/openadr3/3.1.0")
