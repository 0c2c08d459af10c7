-- Half of the events are for targets, a third asks for reports, and one in a thousand is on. One that runs for a month has
-- as many intervals as there are quarters of an hour in it, and is asked about on all pages of one event.
INSERT INTO programs_program (id, created_at, modified_at, targets, content, program_name, four_eyes, document_301,
    document_310)
SELECT 'program-' || n, now() - interval '1 year' + n * interval '1 minute', now() - interval '1 day',
    CASE WHEN n %% 3 = 0 THEN ARRAY['group-' || n] ELSE '{}' END,
    jsonb_build_object('programName', 'program ' || n, 'payloadDescriptors', jsonb_build_array(
        jsonb_build_object('objectType', 'EVENT_PAYLOAD_DESCRIPTOR', 'payloadType', 'PRICE', 'units', 'KWH'))),
    'program ' || n, n %% 20 = 2, '{}', jsonb_build_object('id', 'program-' || n, 'objectType', 'PROGRAM',
        'programName', 'program ' || n)
FROM generate_series(1, LEAST(%(size)s, 200)) AS n;

CREATE TEMPORARY TABLE planned ON COMMIT DROP AS
SELECT n, 'event-' || n AS id, 'program-' || n %% %(busy)s + 1 AS program_id, starts_at, length, intervals,
    starts_at + intervals * length AS ends_at,
    CASE WHEN n %% 2 = 0 THEN '{}' ELSE ARRAY['group-' || n / 100 %% 100] END
        || CASE WHEN n <= %(some)s AND n %% 2 = 1 THEN ARRAY[%(participant)s || 'code-' || n] ELSE '{}' END AS targets
FROM (
    SELECT n, interval '30 minutes' AS length, 4 AS intervals, date_trunc('minute', now()
        + (n - %(running)s) * interval '70 days' / %(size)s) AS starts_at
    FROM generate_series(1, %(size)s) AS n WHERE n <> %(running)s
    UNION ALL SELECT %(running)s, '15 minutes', LEAST(%(size)s, 2976), date_trunc('minute', now())
        - LEAST(interval '1 day', LEAST(%(size)s, 2976) * interval '7 minutes')
) AS timed;

CREATE TEMPORARY TABLE written ON COMMIT DROP AS
SELECT id, jsonb_build_object('programID', program_id, 'eventName', 'event ' || n, 'intervalPeriod', jsonb_build_object(
        'start', to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'duration', CASE intervals WHEN 4 THEN 'PT30M' ELSE 'PT15M' END), 'intervals', (
        SELECT jsonb_agg(jsonb_build_object('id', place, 'payloads', jsonb_build_array(
            jsonb_build_object('type', 'PRICE', 'values', jsonb_build_array(place %% 97 / 10.0)))) ORDER BY place)
        FROM generate_series(0, intervals - 1) AS place))
    || CASE WHEN n %% 3 = 0 OR n = %(running)s
        THEN '{"reportDescriptors": [{"payloadType": "USAGE"}]}'::jsonb ELSE '{}' END AS content
FROM planned;

INSERT INTO events_event (id, created_at, modified_at, targets, content, document_301, document_310, program_id,
    event_name, span)
SELECT id, starts_at - interval '1 day', least(starts_at, now()) - interval '40 minutes' * random(), targets, content, '{}',
    jsonb_build_object('id', id, 'objectType', 'EVENT') || content, program_id, 'event ' || n, tstzrange(starts_at, ends_at)
FROM planned JOIN written USING (id);

INSERT INTO events_eventtarget (event_id, created_at, span, target, target_in_program)
SELECT id, created_at, span, target, length(program_id) || ' ' || program_id || ' ' || target
FROM events_event, unnest(CASE targets WHEN '{}' THEN '{""}' ELSE targets END) AS target;

INSERT INTO events_interval (event_id, position, interval_id, starts_at, ends_at, length, payloads)
SELECT id, place, place, starts_at + place * length, starts_at + (place + 1) * length, length,
    jsonb_build_array(jsonb_build_object('type', 'PRICE', 'values', jsonb_build_array(place %% 97 / 10.0)))
FROM planned, generate_series(0, intervals - 1) AS place;

INSERT INTO events_holidaycalendar (name, days)
SELECT 'holidays ' || n, '{"2026-12-25": "Christmas"}' FROM generate_series(1, %(page)s) AS n;

-- The first is a new event that waits, the second a change of the event of a month.
INSERT INTO events_eventdraft (id, program_id, operation, action, name, status, is_template, content, zone, weekdays, days, event_id,
    began_from, made, authors, decided_by, reason, token, version, created_at, modified_at)
SELECT n, 'program-' || (SELECT n FROM planned WHERE n = %(running)s) %% %(busy)s + 1,
    CASE n WHEN 2 THEN 'UPDATE' ELSE 'CREATE' END, '', 'draft ' || n,
    CASE WHEN n < 3 THEN 'waiting' WHEN n %% 5 = 0 THEN 'draft' WHEN n %% 2 = 0 THEN 'published' ELSE 'withdrawn' END,
    n %% 5 = 0, CASE n WHEN 2 THEN jsonb_set(content, '{priority}', '3') ELSE content END, 'Europe/Brussels', '{}', '{}',
    CASE n WHEN 2 THEN 'event-' || %(running)s END, CASE n WHEN 2 THEN modified_at END,
    CASE WHEN n > 2 AND n %% 2 = 0 THEN ARRAY['event-' || n] ELSE '{}' END, '{staff:root}', '', '', 'token-' || n, 1,
    now(), now() - n * interval '1 minute'
FROM generate_series(1, %(some)s) AS n, LATERAL (
    SELECT content, modified_at FROM events_event WHERE id = 'event-' || CASE n WHEN 2 THEN %(running)s ELSE n END) AS copied;

INSERT INTO events_binding (id, name, backend, host, is_enabled, program_ids, targets, settings, sealed_secrets, mapping,
    trouble, created_at, modified_at)
SELECT n, 'binding ' || n, 'console', 'https://host-' || n, n %% 5 > 0, ARRAY['program-' || n], '{}', '{}', '{}', '{}',
    CASE WHEN n %% 4 = 0 THEN 'no token' ELSE '' END, now(), now()
FROM generate_series(1, LEAST(%(size)s, 20)) AS n;

INSERT INTO events_drevent (event_id, goal, notification_at, written_as, content, round, notified_at, was_sent)
SELECT 'event-' || n, 'shed 250 kW', now(), '{}', '{}', 1, now(), n %% 2 = 0 FROM generate_series(1, %(some)s) AS n;

INSERT INTO events_drnotification (dr_event_id, round, "user", protocol, endpoint, targets, made_at, sent_at)
SELECT 'event-' || n, 1, 'somebody', 'EMAIL', 'somebody-' || number || '@example.org', ARRAY['code-' || n], now(),
    CASE WHEN number %% 2 = 0 THEN now() END
FROM generate_series(1, %(some)s) AS n, generate_series(1, CASE n WHEN 1 THEN %(page)s ELSE 2 END) AS number;
