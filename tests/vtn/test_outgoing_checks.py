"""Settings of calls that cannot be are told before anything is started."""

from __future__ import annotations

import pytest

from tests.twins.certificates import Authority
from vtn.notifiers.checks import authorities_of_callbacks


def test_authorities_that_can_be_read_are_no_fault(settings, tmp_path):
    for file in ("", str(Authority(tmp_path).file)):
        settings.CALLBACK_CA_FILE = file
        assert authorities_of_callbacks(None) == []


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_those_that_cannot_are(settings, tmp_path, content):
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_text(content)
    settings.CALLBACK_CA_FILE = str(file)

    (fault,) = authorities_of_callbacks(None)

    assert fault.id == "vtn.E008"
