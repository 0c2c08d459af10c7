"""Resources in ElaadNL's client: they stand alone in 3.1.0 and are parts of their VEN in 3.0.1. Here they are asked for
alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Alone:
    """3.1.0."""

    resources: Any

    def create(self, resource: Any) -> Any:
        return self.resources.create_resource(resource)

    def of(self, ven: Any, **filters: Any) -> Any:
        return self.resources.get_resources(ven_id=ven.id, **filters)

    def read(self, resource: Any) -> Any:
        return self.resources.get_resource_by_id(resource.id)

    def update(self, resource: Any, changed: Any) -> Any:
        return self.resources.update_resource_by_id(resource.id, changed)

    def delete(self, resource: Any) -> Any:
        return self.resources.delete_resource_by_id(resource.id)


@dataclass(frozen=True)
class PartsOfVens:
    """3.0.1."""

    vens: Any

    def create(self, resource: Any) -> Any:
        return self.vens.create_ven_resource(resource.ven_id, resource)

    def of(self, ven: Any, **filters: Any) -> Any:
        absent = {"resource_name": None, "target": None, "pagination": None}
        return self.vens.get_ven_resources(ven.id, **{**absent, **filters})

    def read(self, resource: Any) -> Any:
        return self.vens.get_ven_resource_by_id(resource.ven_id, resource.id)

    def update(self, resource: Any, changed: Any) -> Any:
        return self.vens.update_ven_resource_by_id(resource.ven_id, resource.id, changed)

    def delete(self, resource: Any) -> Any:
        return self.vens.delete_ven_resource_by_id(resource.ven_id, resource.id)
