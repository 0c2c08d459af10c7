"""ElaadNL's `openadr3-client` at one root of the VTN. Its models differ between the versions, our stories do not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from types import ModuleType
from typing import Any

import pytest
from openadr3_client._models.common.attribute import Attribute
from openadr3_client.bl.http_factory import BusinessLogicHttpClientFactory
from openadr3_client.ven.http_factory import VirtualEndNodeHttpClientFactory
from openadr3_client.version import OADRVersion
from requests import HTTPError

from tests.clients.elaad_resources import Alone, PartsOfVens
from tests.clients.lab import Lab

VERSIONS = {"3.1.0": OADRVersion.OADR_310, "3.0.1": OADRVersion.OADR_301}
# Those that are not where the others are.
_MODULES: dict[Any, str] = {
    "subscription": "subscriptions.subscription",
    ("3.0.1", "resource"): "ven.resource",
}


def refused(status: int) -> AbstractContextManager[Any]:
    """The client raises what `requests` says of the answer; the answer says why."""
    return pytest.raises(HTTPError, check=lambda error: error.response.json()["status"] == status)


def listed(read: Callable[..., Any], **filters: Any) -> Any:
    """The client wants every filter to be named, with None for most of them."""
    return read(**{name: filters.get(name) for name in signature(read).parameters})


@dataclass(frozen=True)
class Elaad:
    version: str
    root: str
    lab: Lab

    @property
    def url(self) -> str:
        return self.lab.url + self.root

    # -- Clients ----------------------------------------------------------------------------------------------

    def business(self, client_id: str = "retailer", **choices: Any) -> Any:
        return BusinessLogicHttpClientFactory.create_http_bl_client(**self._choices(client_id, choices))

    def ven(self, client_id: str = "ven", **choices: Any) -> Any:
        return VirtualEndNodeHttpClientFactory.create_http_ven_client(**self._choices(client_id, choices))

    def anonymous(self) -> Any:
        return VirtualEndNodeHttpClientFactory.create_anonymous_http_ven_client(
            self.url, allow_insecure_http=True, version=VERSIONS[self.version]
        )

    def resources(self, client: Any) -> Alone | PartsOfVens:
        return Alone(client.resources) if self.version == "3.1.0" else PartsOfVens(client.vens)

    # -- Programs and events ----------------------------------------------------------------------------------

    def program(self, name: str, **members: Any) -> Any:
        return self._of("program").NewProgram(program_name=name, **members)

    def event(self, program: Any, **members: Any) -> Any:
        """An event of one interval, unless told otherwise."""
        intervals = (self.interval(0, 0.25),)
        return self._of("event").NewEvent(**{"programID": program.id, "intervals": intervals, **members})

    def interval(self, number: int, price: float, **members: Any) -> Any:
        models = self._of("event")
        payload = models.EventPayload(type="PRICE", values=(price,))
        return models.Interval(id=number, payloads=(payload,), **members)

    def period(self, **members: Any) -> Any:
        return self._of("event").IntervalPeriod(**members)

    def price_descriptor(self) -> Any:
        descriptor = self._models("event.event_payload").EventPayloadDescriptor
        return descriptor(payload_type="PRICE", units="KWH", currency="EUR")

    def in_country(self, country: str, subdivision: str) -> dict[str, Any]:
        """Members of a program."""
        if self.version == "3.0.1":
            return {"country": country, "principal_subdivision": subdivision}
        said = {"COUNTRY": country, "PRINCIPAL_SUBDIVISION": subdivision}
        return {"attributes": [{"type": name, "values": (value,)} for name, value in said.items()]}

    # -- VENs and resources: business logic has a form of its own in 3.1.0 ------------------------------------

    def own_ven(self, name: str, **members: Any) -> Any:
        form = self._form("NewVen", own=True)
        return getattr(self._of("ven"), form)(ven_name=name, **members)

    def ven_of(self, client_id: str, name: str, **members: Any) -> Any:
        """3.0.1 cannot say whose it is."""
        owner = {"client_id": client_id} if self.version == "3.1.0" else {}
        return getattr(self._of("ven"), self._form("NewVen"))(ven_name=name, **owner, **members)

    def own_resource(self, ven: Any, name: str, **members: Any) -> Any:
        form = self._form("NewResource", own=True)
        return getattr(self._of("resource"), form)(ven_id=ven.id, resource_name=name, **members)

    def resource_of(self, ven: Any, name: str, **members: Any) -> Any:
        owner = {"client_id": ven.client_id} if self.version == "3.1.0" else {}
        new = getattr(self._of("resource"), self._form("NewResource"))
        return new(ven_id=ven.id, resource_name=name, **owner, **members)

    def attributes(self, **values: float | str) -> Any:
        return [Attribute(type=name, values=(value,)) for name, value in values.items()]

    # -- Reports and subscriptions ----------------------------------------------------------------------------

    def report(self, event: Any, client_name: str, **members: Any) -> Any:
        """A report on one meter, unless told otherwise."""
        program = {"program_id": event.program_id} if self.version == "3.0.1" else {}
        said = {"client_name": client_name, "resources": (self.usage("meter", 1.5),), **program, **members}
        return self._of("report").NewReport(event_id=event.id, **said)

    def usage(self, resource_name: str, *values: float, **members: Any) -> Any:
        models = self._of("report")
        payload = models.ReportPayload(type="USAGE", values=values)
        interval = models.Interval(id=0, payloads=(payload,))
        return models.ReportResource(resource_name=resource_name, intervals=(interval,), **members)

    def subscription(self, program: Any, callback: str, **members: Any) -> Any:
        """To all that happens to events of the program, unless told otherwise."""
        said = {"client_name": "house", "object_operations": (self.operation(callback),), **members}
        return self._of("subscription").NewSubscription(program_id=program.id, **said)

    def operation(self, callback: str, *objects: str, token: str | None = None) -> Any:
        return self._of("subscription").ObjectOperation(
            objects=objects or ("EVENT",),
            operations=("POST", "PUT", "DELETE"),
            callback_url=callback,
            bearer_token=token,
        )

    # -- What all have ----------------------------------------------------------------------------------------

    def targets(self, *names: str) -> Any:
        if self.version == "3.1.0":
            return names
        return (self._models("target").Target(type="GROUP", values=names),)

    def asking_for(self, *names: str) -> Any:
        if self.version == "3.1.0":
            return self._filters.TargetFilter(targets=names)
        return self._filters.TargetFilter(target_type="GROUP", target_values=names)

    def page(self, *, skip: int, limit: int) -> Any:
        return self._filters.PaginationFilter(skip=skip, limit=limit)

    def changed(self, existing: Any, *, own: bool = False, **members: Any) -> Any:
        """What an update takes: in 3.1.0 a request, in 3.0.1 the changed object. `own` is a VEN's form."""
        kind = type(existing).__name__.removeprefix("Existing")
        form = f"{kind}Update"
        if kind in ("Ven", "Resource"):
            form = self._form(form, own=own)
        update = getattr(self._of(kind.lower()), form)
        if self.version == "3.1.0":
            return update(**{**existing.model_dump(), **members})
        return existing.update(update(**members))

    def _form(self, name: str, *, own: bool = False) -> str:
        if self.version == "3.0.1":
            return name
        return f"{name}VenRequest" if own else f"{name}BlRequest"

    def _choices(self, client_id: str, choices: dict[str, Any]) -> dict[str, Any]:
        return {
            "vtn_base_url": self.url,
            "client_id": client_id,
            "client_secret": self.lab.secrets[client_id],
            "token_url": f"{self.url}/auth/token",
            "allow_insecure_http": True,
            "version": VERSIONS[self.version],
            **choices,
        }

    def _of(self, kind: str) -> ModuleType:
        name = _MODULES.get((self.version, kind)) or _MODULES.get(kind) or f"{kind}.{kind}"
        return self._models(name)

    def _models(self, name: str) -> ModuleType:
        return import_module(f"{self._package}.models.{name}")

    @property
    def _filters(self) -> ModuleType:
        return import_module(f"{self._package}._vtn.interfaces.filters")

    @property
    def _package(self) -> str:
        return f"openadr3_client.oadr{self.version.replace('.', '')}"
