"""Credentials as a table, for the one download that there is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from participants.onboarding.writing import Credentials

COLUMNS = ("name", "client_id", "client_secret")


def as_csv(credentials: Iterable[Credentials]) -> bytes:
    """With a mark in front by which spreadsheets know UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows((each.name, each.client_id, each.client_secret) for each in credentials)
    return text.getvalue().encode("utf-8-sig")
