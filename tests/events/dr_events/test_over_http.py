"""What Ecosuite's door refuses before a view is reached, from a real server of ours."""

from __future__ import annotations

import pytest
import requests

from tests.web import serving


@pytest.fixture
def server(transactional_db):
    with serving(workers=1) as web:
        yield web.url


def answered(response):
    return response.status_code, response.json()


def test_what_no_view_sees_is_refused_in_the_form_of_the_door(server):
    too_long = requests.post(f"{server}/dr/participants", data=b" " * ((1 << 20) + 1), timeout=10)
    nul = [requests.get(f"{server}{path}", timeout=10) for path in ("/dr/participants/%00", "/schemas/%00")]
    nothing = [requests.get(f"{server}{path}", timeout=10) for path in ("/dr/nothing", "/schemas/nothing")]

    assert answered(too_long) == (413, {"message": "The body is longer than 1048576 bytes"})
    assert [answered(each) for each in nul] == [(400, {"message": "The path holds a NUL character"})] * 2
    assert [answered(each) for each in nothing] == [(404, {"message": "Not Found"})] * 2
