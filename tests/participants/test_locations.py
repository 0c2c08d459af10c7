"""What is written as the LOCATION of a VEN or a resource, and what is none."""

from decimal import Decimal

import pytest

from participants.locations import Location, Unreadable, location_in
from vtn.wire import body


def read(*locations):
    attributes = ",".join(f'{{"type": "LOCATION", "values": {each}}}' for each in locations)
    return location_in(body.decode_text(f'{{"attributes": [{attributes}]}}'))


@pytest.mark.parametrize("content", ["{}", '{"attributes": null}', '{"attributes": []}'])
def test_nothing_is_said_of_it(content):
    assert location_in(body.decode_text(content)) is None


def test_other_attributes_are_none():
    area = {"type": "AREA", "values": [4.9, 52.4]}

    assert location_in({"attributes": [area, {"type": "location", "values": [4.9, 52.4]}]}) is None


def test_the_longitude_comes_first():
    assert read("[4.9041, 52.3676]") == Location(Decimal("4.904100"), Decimal("52.367600"))


@pytest.mark.parametrize(
    ("values", "longitude", "latitude"),
    [
        ("[180, -90]", "180", "-90"),
        ("[-180.0, 90.0]", "-180", "90"),
        ("[1e1, 5.21E1]", "10", "52.1"),
        ("[4.12345678, 0]", "4.123457", "0"),
    ],
)
def test_numbers_are_read_as_json_has_them(values, longitude, latitude):
    assert read(values) == Location(Decimal(longitude), Decimal(latitude))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ("[]", "There are 0 values, not a longitude and a latitude"),
        ("[4.9]", "There are 1 values, not a longitude and a latitude"),
        ("[4.9, 52.4, 3]", "There are 3 values, not a longitude and a latitude"),
        ('["4.9", 52.4]', "'4.9' is not a number"),
        ("[4.9, true]", "'True' is not a number"),
        ('[{"x": 4.9, "y": 52.4}, 1]', "'{'x': Decimal('4.9'), 'y': Decimal('52.4' is not a number"),
        ("[180.0001, 52.4]", "The longitude 180.0001 is not between -180 and 180"),
        ("[40.57, -93.96]", "The latitude -93.96, which comes second, is not between -90 and 90"),
        ("[1e300, 0]", "The longitude 1E+300 is not between -180 and 180"),
    ],
)
def test_what_is_no_point_is_told(values, reason):
    with pytest.raises(Unreadable) as refused:
        read(values)

    assert str(refused.value) == reason


def test_of_two_points_none_is_taken():
    with pytest.raises(Unreadable, match="There are 2 attributes LOCATION, and one can hold"):
        read("[4.9, 52.4]", "[5.1, 52.1]")
