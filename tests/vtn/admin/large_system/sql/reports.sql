-- As many reports as events, each with ten readings, over the last weeks. That on the event of a month has one for each of
-- its intervals; a report's id is made from its time.
CREATE TEMPORARY TABLE reported ON COMMIT DROP AS
SELECT n, substr(digits, 1, 8) || '-' || substr(digits, 9, 4) || '-7000-8000-' || lpad(n::text, 12, '0') AS id, made_at,
    CASE n WHEN 1 THEN %(running)s ELSE n END AS event, CASE n WHEN 1 THEN LEAST(%(size)s, 2976) ELSE 10 END AS readings
FROM (
    SELECT n, made_at, lpad(to_hex((extract(epoch FROM made_at) * 1000)::bigint), 12, '0') AS digits
    FROM (SELECT n, now() - (%(size)s - n) * interval '20 days' / %(size)s AS made_at
        FROM generate_series(1, %(size)s) AS n) AS made
) AS named;

INSERT INTO events_report (id, created_at, modified_at, event_id, program_id, client_id, client_name, report_name,
    resource_names, span, document)
SELECT id, made_at, made_at, 'event-' || event, 'program-' || event %% %(busy)s + 1, 'client-' || n, 'VEN ' || n,
    'report ' || n, '{meter 1,meter 2}',
    tstzrange(made_at - readings * interval '15 minutes', made_at), jsonb_build_object('reportName', 'report ' || n,
        'clientName', 'VEN ' || n, 'eventID', 'event-' || event, 'resources', '[]'::jsonb)::text
FROM reported;

INSERT INTO events_readingcolumns (report_id, resource_names, interval_ids, starts_at, ends_at, payload_types, numbers, texts)
SELECT id, array_agg('meter ' || place %% 2 + 1 ORDER BY place), array_agg(place ORDER BY place),
    array_agg(made_at - (readings - place) * interval '15 minutes' ORDER BY place),
    array_agg(made_at - (readings - place - 1) * interval '15 minutes' ORDER BY place),
    array_agg('USAGE'::text ORDER BY place), array_agg(place::numeric / 7 ORDER BY place),
    array_agg(NULL::text ORDER BY place)
FROM reported, generate_series(0, readings - 1) AS place GROUP BY id;
