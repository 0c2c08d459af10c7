"""What the overview costs in a large system. OVERVIEW_SIZE=100000 makes that many VENs and events and ten times as many
deliveries; `-s` shows the times, of which none is asserted."""

from __future__ import annotations

import os
import time
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from programs.models import Program

SIZE = int(os.environ.get("OVERVIEW_SIZE", "300"))
FRAGMENT = reverse("overview")

# Half of the VENs asked within the hour, some are late, silent or new; half of the events are for targets. One event
# in a hundred is on, and every VEN has an own target and one that it shares with a hundredth of all.
_FILL = """
    INSERT INTO participants_ven (id, created_at, modified_at, targets, content, client_id, ven_name, document_301,
        document_310)
    SELECT 'ven-' || n, now(), now(), ARRAY['own-' || n, 'group-' || n %% 100], '{}', 'client-' || n, 'VEN ' || n, '{}',
        '{}' FROM generate_series(1, %(size)s) AS n;
    INSERT INTO participants_ventarget (ven_id, target, created_at)
    SELECT id, unnest(targets), created_at FROM participants_ven;
    INSERT INTO vtn_poller (client_id, polled_at)
    SELECT 'client-' || n, now() - CASE WHEN n %% 2 = 0 THEN interval '50 minutes' * random()
        WHEN n %% 4 = 1 THEN interval '5 hours' ELSE interval '3 days' END
    FROM generate_series(1, %(size)s) AS n WHERE n %% 10 <> 3;
    INSERT INTO vtn_poll (client_id, path, query, about, status, polled_at)
    SELECT client_id, '/openadr3/3.1.0/' || path, '', about, 200, polled_at FROM vtn_poller,
        (VALUES ('events', 'events'), ('programs', ''), ('events?programID=p', 'events.program.program-3'))
        AS asked (path, about);
    INSERT INTO events_event (id, created_at, modified_at, targets, content, document_301, document_310, program_id,
        event_name, span)
    SELECT 'event-' || n, now() - interval '1 day', now() - interval '40 minutes' * random(),
        CASE WHEN n %% 2 = 0 THEN '{}' ELSE ARRAY['group-' || n / 100 %% 100] END,
        CASE WHEN n %% 3 = 0 THEN '{"reportDescriptors": [{}]}' ELSE '{}' END::jsonb, '{}', '{}', 'program-' || n %% 20,
        'event ' || n, tstzrange(starts_at, starts_at + interval '2 hours')
    FROM (SELECT n, now() + (n - %(size)s * 0.9) * interval '70 days' / %(size)s AS starts_at
        FROM generate_series(1, %(size)s) AS n) AS timed;
    INSERT INTO vtn_outboxentry (object_type, object_id, operation, made_by, made_at)
    SELECT 'EVENT', 'event-' || n, 'CREATE', 'client:retailer', now() - (%(size)s - n) * interval '20 seconds'
    FROM generate_series(1, %(size)s) AS n;
    INSERT INTO vtn_notification (body) VALUES ('{}');
    INSERT INTO vtn_delivery (channel, recipient_id, lane, host, entry_id, object_type, object_id, operation,
        notification_id, state, attempts, due_at, made_at, ended_at, reason, answer)
    SELECT 'webhook', n %% 5000, n, 'https://host-' || n %% 500, 1, 'EVENT', 'event-' || n, 'CREATE',
        (SELECT min(id) FROM vtn_notification), state, 1, CASE state WHEN 'waiting' THEN now() END,
        now() - interval '1 day', CASE WHEN state <> 'waiting' THEN now() - n * interval '1 second' END, '', ''
    FROM (SELECT n, CASE WHEN n %% 50 = 0 THEN 'waiting' WHEN n %% 77 = 0 THEN 'dead' ELSE 'delivered' END AS state
        FROM generate_series(1, %(deliveries)s) AS n) AS made;
    INSERT INTO vtn_circuit (host, failures, open_until, reason)
    SELECT 'https://host-' || n, n, CASE WHEN n %% 2 = 0 THEN now() + interval '1 hour' END, ''
    FROM generate_series(1, 50) AS n;
"""


def test_the_overview_and_the_lists_behind_it_in_a_large_system(log_in, transactional_db):
    staff = log_in()
    now = timezone.now()
    for number in range(20):
        Program.objects.create(
            id=f"program-{number}", program_name=f"program {number}", created_at=now, modified_at=now,
            content={}, document_301="{}", document_310="{}",
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"size": SIZE, "deliveries": SIZE * 10})
    connection.connection.autocommit = True
    connection.connection.execute("VACUUM ANALYZE")

    staff.get(FRAGMENT)
    taken = []
    for _ in range(7):
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            assert staff.get(FRAGMENT).status_code == 200
            taken.append(time.perf_counter() - began)
    print(f"\n{SIZE} VENs and events: overview {median(taken) * 1000:.0f} ms, {len(queries)} queries")
    for query in sorted(queries.captured_queries, key=lambda each: -float(each["time"]))[:5]:
        print(f"{float(query['time']) * 1000:6.0f} ms {query['sql'][:150]}")
    response = staff.get(reverse("admin:index"))
    assert sum(int(figure.value) for figure in response.context["panels"][2].figures) == SIZE
    links = {figure.link for panel in response.context["panels"] for figure in panel.figures}
    links |= {cell.link for cell in response.context["panels"][1].tables[0].rows[0] if cell.link}
    for link in sorted(links):
        began = time.perf_counter()
        assert staff.get(link).status_code == 200
        print(f"{(time.perf_counter() - began) * 1000:6.0f} ms {link[:150]}")
