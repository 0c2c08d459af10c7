-- A change of each event, a few more of what has a page of its own, and ten deliveries for each event, most of which
-- arrived.
INSERT INTO vtn_outboxentry (id, object_type, object_id, operation, program_id, before, after, made_by, made_at)
SELECT n, 'EVENT', 'event-' || n, 'CREATE', 'program-' || n %% %(busy)s + 1, NULL,
    jsonb_build_object('id', 'event-' || n, 'objectType', 'EVENT', 'eventName', 'event ' || n), 'client:retailer',
    now() - (%(size)s - n) * interval '20 seconds'
FROM generate_series(1, %(size)s) AS n;

INSERT INTO vtn_outboxentry (id, object_type, object_id, operation, before, after, made_by, made_at)
SELECT %(size)s * kind + n, object_type, object_id, 'UPDATE', jsonb_build_object('priority', n),
    jsonb_build_object('priority', n + 1), 'staff:root', now()
FROM (VALUES (1, 'EVENT', 'event-' || %(running)s), (2, 'VEN', 'ven-1'), (3, 'PROGRAM', 'program-1'))
    AS changed (kind, object_type, object_id), generate_series(1, %(page)s) AS n;

INSERT INTO participants_publication (entry_id, told_until, refused_at, reason)
SELECT n, NULL, CASE WHEN n %% 2 = 0 THEN now() END, '' FROM generate_series(1, %(some)s) AS n;

INSERT INTO vtn_notification (id, body) VALUES (1, '{"objectType": "EVENT"}');

INSERT INTO vtn_delivery (id, channel, recipient_id, lane, host, entry_id, object_type, object_id, operation,
    notification_id, state, attempts, due_at, made_at, ended_at, reason, answer)
SELECT n, CASE WHEN n %% 10 = 0 THEN 'backend' ELSE 'webhook' END,
    CASE WHEN n %% 10 = 0 THEN n / 10 %% LEAST(%(size)s, 20) ELSE n %% %(some)s END + 1, n, 'https://host-' || n %% 500,
    n %% %(size)s + 1, 'EVENT', 'event-' || n %% %(size)s + 1, 'CREATE', 1, state, 1,
    CASE state WHEN 'waiting' THEN now() END, now() - interval '1 day',
    CASE WHEN state <> 'waiting' THEN now() - (%(size)s * 10 - n) * interval '1 second' END, '', ''
FROM (SELECT n, CASE WHEN n %% 51 = 0 THEN 'waiting' WHEN n %% 77 = 0 THEN 'dead' ELSE 'delivered' END AS state
    FROM generate_series(1, %(size)s * 10) AS n) AS made;

INSERT INTO vtn_circuit (host, failures, open_until, reason)
SELECT 'https://host-' || n, n, CASE WHEN n %% 2 = 0 THEN now() + interval '1 hour' END, ''
FROM generate_series(1, LEAST(%(size)s, 50)) AS n;
