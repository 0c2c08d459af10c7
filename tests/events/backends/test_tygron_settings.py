"""The settings of a binding to Tygron, and the shape of its mapping."""

from __future__ import annotations

import pytest

from events.backends.tygron.backend import TygronBackend
from events.backends.tygron.settings import SettingsForm

DEFAULTS = {
    "base_url": "https://engine.tygron.com",
    "token": "0A1B2C3D",
    "mode": "states",
    "announced_state": "READY",
    "active_state": "NOTHING",
    "ended_state": "READY",
    "cancelled_state": "READY",
    "level_1": 0.75,
    "level_2": 0.5,
    "level_3": 0.0,
    "limit_type": "IMPORT_CAPACITY_LIMIT",
    "full_load": None,
    "attribute": "",
    "stakeholder": None,
    "types": ["ELECTRICITY"],
}


def test_a_token_is_all_that_is_needed():
    form = SettingsForm(data={"token": "0A1B2C3D"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data == DEFAULTS


def test_a_level_of_nothing_stays_nothing():
    form = SettingsForm(data={"token": "t", "level_1": 0, "level_2": "0.0"})

    assert form.is_valid(), form.errors
    assert (form.cleaned_data["level_1"], form.cleaned_data["level_2"]) == (0.0, 0.0)


def test_net_types_may_be_written_as_words():
    form = SettingsForm(data={"token": "t", "types": "HEAT,GAS"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["types"] == ["HEAT", "GAS"]


@pytest.mark.parametrize(
    "settings",
    [
        {"active_state": "WAITING_FOR_DATE"},
        {"active_state": "CONSTRUCTING"},
        {"mode": "magic"},
        {"level_1": 1.1},
        {"level_2": -0.1},
        {"level_3": "nan"},
        {"full_load": 0},
        {"stakeholder": -1},
        {"types": ["WATER"]},
        {"types": "ELECTRICITY;HEAT"},
        {"limit_type": "PRICE"},
        {"base_url": "ftp://engine.example"},
        {"base_url": "engine.example"},
        {"base_url": "https://"},
        {"base_url": "https://engine.example:99999"},
        {"base_url": "https://user:secret@engine.example"},
        {"base_url": "https://engine.example/?token=secret"},
        {"base_url": "https://[engine"},
        {"base_url": "https://engine.example/a b"},
        {"token": ""},
        {"token": "two words"},
        {"token": "line\r\nX-Other: 1"},
        {"token": "tökén"},
    ],
)
def test_what_is_not_understood_is_named(settings):
    form = SettingsForm(data={"token": "t", **settings})

    assert not form.is_valid()
    assert list(form.errors) == list(settings)


def test_an_attribute_needs_a_name_and_a_value():
    form = SettingsForm(data={"token": "t", "mode": "attribute"})

    assert not form.is_valid()
    assert set(form.errors) == {"attribute", "full_load"}


@pytest.mark.parametrize(
    "mapping",
    [
        {},
        {"north": {"stakeholder": 7, "cluster": 31, "types": ["ELECTRICITY", "HEAT"]}},
        {"north": [{"cluster": 31}, {"cluster": 0, "full_load": 12.5}], "*": []},
    ],
)
def test_a_mapping_of_the_right_shape(mapping):
    TygronBackend.check_mapping(mapping)


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ([], "The mapping has to be an object, with targets as its members"),
        ({"north": 31}, "north: Expected `object`, got `int`"),
        ({"north": None}, "north: Expected `object`, got `null`"),
        ({"north": "31"}, "north: Expected `object`, got `str`"),
        ({"north": {}}, "north: Object missing required field `cluster`"),
        ({"north": {"cluster": "31"}}, "north.cluster: Expected `int`, got `str`"),
        ({"north": {"cluster": True}}, "north.cluster: Expected `int`, got `bool`"),
        ({"north": {"cluster": -1}}, "north.cluster: Expected `int` >= 0"),
        (
            {"a": {"cluster": 1}, "b": [{"cluster": 1}, {"cluster": 1.5}]},
            "b[1].cluster: Expected `int`, got `float`",
        ),
        ({"north": {"cluster": 1, "types": []}}, "north.types: Expected `array` of length >= 1"),
        ({"north": {"cluster": 1, "types": ["WATER"]}}, "north.types[0]: Invalid enum value 'WATER'"),
        ({"north": {"cluster": 1, "full_load": 0}}, "north.full_load: Expected `float` > 0.0"),
        ({"north": {"cluster": 1, "type": "HEAT"}}, "north: Object contains unknown field `type`"),
    ],
)
def test_a_mapping_of_another_shape_is_refused_with_the_path(mapping, reason):
    with pytest.raises(ValueError) as refusal:
        TygronBackend.check_mapping(mapping)

    assert str(refusal.value) == reason
