"""Where VENs and resources are: the maps of the admin, and the tables beside them."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.urls import reverse

from participants.admin import maps
from participants.models import Resource, Ven
from tests.participants.conftest import make_resource, make_ven

LIST = reverse("admin:participants_resource_changelist")


@pytest.fixture
def admin(db, client):
    client.force_login(User.objects.create_superuser("berta"))
    return client


def put(thing, *values):
    type(thing).objects.filter(pk=thing.pk).update(
        content={**thing.content, "attributes": [{"type": "LOCATION", "values": [*values]}]}
    )


def page_of(ven):
    return reverse("admin:participants_ven_change", args=[ven.pk])


def drawn(page):
    """The rows of the table, and which of them are on the map."""
    rows = re.findall(r"<tr( data-longitude.*?)?>\s*<td><a href=\"[^\"]*\">(.*?)</a></td>(.*?)</tr>", page)
    return [(name, on_map.strip(), re.sub("<.*?>", " ", rest).split()) for on_map, name, rest in rows]


def test_a_ven_and_its_resources_are_on_the_map_of_its_page(admin):
    house = make_ven("House")
    pump, boiler, _ = (make_resource(house.id, name) for name in ("pump", "boiler", "elsewhere"))
    put(house, 4.9, 52.37)
    put(pump, -0.1276, 51.5072)
    put(boiler, "4.9", 52.37)
    put(make_resource(make_ven("Neighbour").id, "car"), 5, 52)

    page = admin.get(page_of(house)).content.decode()

    assert drawn(page) == [
        ("House", 'data-longitude="4.9" data-latitude="52.37"', ["House", "4.9°", "52.37°"]),
        ("pump", 'data-longitude="-0.1276" data-latitude="51.5072"', ["House", "-0.1276°", "51.5072°"]),
        ("boiler", "", ["House", "&#x27;4.9&#x27;", "is", "not", "a", "number"]),
    ]
    assert 'data-tiles=""' in page


def test_numbers_are_the_same_in_dutch(admin):
    house = make_ven("House")
    put(house, 4.9, 52.37)

    page = admin.get(page_of(house), headers={"Accept-Language": "nl"}).content.decode()

    assert drawn(page)[0][1] == 'data-longitude="4.9" data-latitude="52.37"'
    assert "Hetzelfde als tabel" in page


def test_where_nothing_is_said_there_is_no_map(admin):
    house = make_ven("House")
    make_resource(house.id, "boiler")

    assert "Neither the VEN nor a resource of it" in admin.get(page_of(house)).content.decode()
    assert "plc-places" not in admin.get(LIST).content.decode()


def test_a_list_of_resources_has_the_map_of_those_it_is_narrowed_to(admin):
    house = make_ven("<b>House</b>")
    for number in range(60):
        put(make_resource(house.id, f"pump {number}"), number, 0)
    put(make_resource(house.id, "boiler"), 100, 0)

    every = drawn(admin.get(LIST).content.decode())
    some = drawn(admin.get(LIST, {"q": "boiler"}).content.decode())

    assert len(every) == 61
    assert some == [
        ("boiler", 'data-longitude="100" data-latitude="0"', ["&lt;b&gt;House&lt;/b&gt;", "100°", "0°"])
    ]


def test_a_map_ends_and_says_so(admin, monkeypatch):
    monkeypatch.setattr(maps, "MOST_PLACES", 2)
    house = make_ven("House")
    for number in range(2):
        put(make_resource(house.id, f"pump {number}"), number, 0)

    assert "These are the first" not in admin.get(page_of(house)).content.decode()
    put(make_resource(house.id, "one more"), 3, 0)
    for url in (page_of(house), LIST):
        page = admin.get(url).content.decode()
        assert "These are the first 2; there are more." in page
        assert len(drawn(page)) == 2


def test_tiles_come_from_where_the_setting_says(admin, settings):
    settings.MAP_TILES_URL = "https://tiles.example/{z}/{x}/{y}.png"
    settings.MAP_ATTRIBUTION = '© <a href="https://tiles.example">Tiles</a>'
    house = make_ven("House")
    put(house, 4.9, 52.37)

    page = admin.get(page_of(house)).content.decode()

    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png"' in page
    assert "© &lt;a href=&quot;https://tiles.example&quot;&gt;Tiles&lt;/a&gt;" in page


def test_the_number_of_queries_is_the_same_for_one_and_for_many(admin, django_assert_num_queries):
    house = make_ven("House")
    put(make_resource(house.id, "pump"), 4, 52)
    with django_assert_num_queries(1):
        assert "pump" in maps.map_of_ven(house)
    with django_assert_num_queries(2):
        assert "pump" in maps.map_of_resources(Resource.objects.all())

    for number in range(20):
        put(make_resource(make_ven(f"Ven {number}").id, f"car {number}"), number, 52)
        put(make_resource(house.id, f"pump {number}"), number, 52)
    with django_assert_num_queries(1):
        assert "pump 19" in maps.map_of_ven(house)
    with django_assert_num_queries(2):
        assert "car 19" in maps.map_of_resources(Resource.objects.all())


def test_whoever_may_not_see_resources_sees_no_map_of_them(client, db):
    watcher = User.objects.create_user("carl", is_staff=True)
    watcher.user_permissions.add(Permission.objects.get(codename="view_ven"))
    client.force_login(watcher)
    house = make_ven("House")
    put(make_resource(house.id, "pump"), 4, 52)

    page = client.get(page_of(house)).content.decode()

    assert "House" in page
    assert "plc-places" not in page


def test_an_index_has_those_that_say_where_they_are(db):
    """However many resources a VEN has, or the VTN."""
    house = make_ven("House")
    make_resource(house.id, "pump")

    for found in (Resource.objects.all(), Resource.objects.filter(ven=Ven.objects.get())):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        assert "resource_located" in found.located()[:501].explain()
