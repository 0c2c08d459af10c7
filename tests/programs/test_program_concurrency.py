"""Two writers who want each other's name, each with a connection of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from programs.models import Program
from vtn.models import OutboxEntry


@pytest.mark.django_db(transaction=True)
def test_of_two_programs_that_swap_their_names_one_is_refused(retailer):
    one, other = (retailer.post("/programs", {"programName": name}).json() for name in ("one", "other"))
    before = OutboxEntry.objects.count()

    def take_the_name_of_the_other() -> Any:
        try:
            return retailer.put(f"/programs/{one['id']}", {"programName": "other"})
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool, suppress(IntegrityError), transaction.atomic():
        Program.objects.filter(id=other["id"]).update(program_name="not settled yet")
        answer = pool.submit(take_the_name_of_the_other)
        while not somebody_waits():
            pass
        Program.objects.filter(id=other["id"]).update(program_name="one")  # now both wait for each other

    assert answer.result().json() == {
        "title": "Conflict",
        "status": 409,
        "detail": "There is already a program named 'other'",
    }
    assert {program.id: program.program_name for program in Program.objects.all()} == {
        one["id"]: "one",
        other["id"]: "other",
    }
    assert OutboxEntry.objects.count() == before


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]
