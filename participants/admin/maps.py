"""Where VENs and resources are, in the admin: on a map, and beside it the same as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from participants.locations import Unreadable, location_in
from participants.models import Resource, Ven
from participants.models.resources import ResourceQuerySet
from vtn.admin.addresses import page_address
from vtn.admin.lists import MOST_COUNTED, BoundedList

MOST_PLACES = 250
_TEMPLATE = "admin/participants/places.html"


@dataclass(frozen=True, slots=True)
class Place:
    """Something by its name, with its longitude and latitude as texts, or with what is wrong with them."""

    name: str
    link: str
    ven_name: str
    longitude: str = ""
    latitude: str = ""
    fault: str = ""


def map_of_ven(ven: Ven) -> SafeString | str:
    """The VEN itself and its resources. One query."""
    own = _place(ven, page_address("participants_ven", ven.pk), ven.ven_name)
    found = _resources(Resource.objects.filter(ven=ven))
    return _drawn([own, *(_of_resource(each, ven.ven_name) for each in found)]) or _(
        "Neither the VEN nor a resource of it has an attribute LOCATION."
    )


def map_of_resources(resources: ResourceQuerySet) -> SafeString | str:
    """Those of a list; nothing where none says where it is. Two queries: joined, PostgreSQL may go through all VENs."""
    vens = Prefetch("ven", Ven.objects.only("ven_name"))
    found = _resources(resources.select_related(None).prefetch_related(vens))
    return _drawn([_of_resource(each, each.ven.ven_name) for each in found])


class ResourceChangeList(BoundedList):
    """Knows where those are that the list is narrowed down to, whatever page of it is shown: of more than are counted,
    those that are, if a search has found them, which takes as long once more."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        keys = self.paginator.keys
        is_known = len(keys) < MOST_COUNTED or self.query
        self.map = map_of_resources(Resource.objects.filter(pk__in=keys) if is_known else self.queryset)


def _resources(resources: ResourceQuerySet) -> Iterable[Resource]:
    """One more than are shown. Documents would be read along for each."""
    return resources.located().only("resource_name", "content", "ven_id")[: MOST_PLACES + 1]


def _of_resource(resource: Resource, ven_name: str) -> Place | None:
    return _place(resource, page_address("participants_resource", resource.pk), ven_name)


def _place(thing: Ven | Resource, link: str, ven_name: str) -> Place | None:
    try:
        location = location_in(thing.content)
    except Unreadable as error:
        return Place(str(thing), link, ven_name, fault=str(error))
    if location is None:
        return None
    longitude, latitude = (f"{each.normalize():f}" for each in (location.longitude, location.latitude))
    return Place(str(thing), link, ven_name, longitude, latitude)


def _drawn(found: Iterable[Place | None]) -> SafeString | str:
    places = [each for each in found if each]
    if not places:
        return ""
    context = {
        "places": places[:MOST_PLACES],
        "is_more": len(places) > MOST_PLACES,
        "most": MOST_PLACES,
        "tiles": settings.MAP_TILES_URL,
        "attribution": settings.MAP_ATTRIBUTION,
    }
    return SafeString(render_to_string(_TEMPLATE, context))
