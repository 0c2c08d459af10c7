"""Several workers that note how pushes through the same bindings went, each with a connection of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from events.bindings.models import Binding
from events.bindings.pushing import Backends
from tests.vtn.deliveries.test_windows import TAKEN, claimed

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_that_note_the_same_bindings_in_another_order_do_not_wait_for_each_other():
    now = datetime.now(UTC)
    for number in range(20):
        Binding.objects.create(name=f"{number}", backend="console", created_at=now, modified_at=now)
    ids = [*Binding.objects.order_by("id").values_list("id", flat=True)]
    both_begin = threading.Barrier(2, timeout=60)

    def note(in_order):
        pushed = [(claimed(0)._replace(recipient_id=each), TAKEN) for each in in_order]
        try:
            for _ in range(20):
                both_begin.wait()
                with transaction.atomic():
                    Backends().note(pushed)
        except BaseException:
            both_begin.abort()
            raise
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        workers = [pool.submit(note, ids), pool.submit(note, ids[::-1])]

    assert [worker.exception() for worker in workers] == [None, None]
    assert not Binding.objects.filter(pushed_at=None).exists()
