"""ElaadNL's `openadr3-client` at one root of the VTN. Its models differ between the versions, our stories do not."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from openadr3_client.bl.http_factory import BusinessLogicHttpClientFactory
from openadr3_client.ven.http_factory import VirtualEndNodeHttpClientFactory
from openadr3_client.version import OADRVersion

from tests.clients.lab import Lab

VERSIONS = {"3.1.0": OADRVersion.OADR_310, "3.0.1": OADRVersion.OADR_301}


@dataclass(frozen=True)
class Elaad:
    version: str
    root: str
    lab: Lab

    @property
    def url(self) -> str:
        return self.lab.url + self.root

    def business(self, client_id: str = "retailer", **choices: Any) -> Any:
        return BusinessLogicHttpClientFactory.create_http_bl_client(**self._choices(client_id, choices))

    def ven(self, client_id: str = "ven", **choices: Any) -> Any:
        return VirtualEndNodeHttpClientFactory.create_http_ven_client(**self._choices(client_id, choices))

    def anonymous(self) -> Any:
        return VirtualEndNodeHttpClientFactory.create_anonymous_http_ven_client(
            self.url, allow_insecure_http=True, version=VERSIONS[self.version]
        )

    def program(self, name: str, **members: Any) -> Any:
        return self._models("program.program").NewProgram(program_name=name, **members)

    def event(self, program: Any, **members: Any) -> Any:
        """An event of one interval, unless told otherwise."""
        intervals = (self.interval(0, 0.25),)
        return self._models("event.event").NewEvent(
            **{"programID": program.id, "intervals": intervals, **members}
        )

    def interval(self, number: int, price: float, **members: Any) -> Any:
        models = self._models("event.event")
        payload = models.EventPayload(type="PRICE", values=(price,))
        return models.Interval(id=number, payloads=(payload,), **members)

    def period(self, **members: Any) -> Any:
        return self._models("event.event").IntervalPeriod(**members)

    def price_descriptor(self) -> Any:
        descriptor = self._models("event.event_payload").EventPayloadDescriptor
        return descriptor(payload_type="PRICE", units="KWH", currency="EUR")

    def in_country(self, country: str, subdivision: str) -> dict[str, Any]:
        """Members of a program."""
        if self.version == "3.0.1":
            return {"country": country, "principal_subdivision": subdivision}
        said = {"COUNTRY": country, "PRINCIPAL_SUBDIVISION": subdivision}
        return {"attributes": [{"type": name, "values": (value,)} for name, value in said.items()]}

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

    def changed(self, existing: Any, **members: Any) -> Any:
        """What an update takes: in 3.1.0 a request, in 3.0.1 the changed object."""
        kind = "event" if hasattr(existing, "event_name") else "program"
        update = getattr(self._models(f"{kind}.{kind}"), f"{kind.capitalize()}Update")
        if self.version == "3.1.0":
            return update(**{**existing.model_dump(), **members})
        return existing.update(update(**members))

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

    def _models(self, name: str) -> ModuleType:
        return import_module(f"{self._package}.models.{name}")

    @property
    def _filters(self) -> ModuleType:
        return import_module(f"{self._package}._vtn.interfaces.filters")

    @property
    def _package(self) -> str:
        return f"openadr3_client.oadr{self.version.replace('.', '')}"
