-- Clients, each with a VEN of two resources. Half of them asked within the hour, some are late, silent or new. Every VEN
-- has an own target and one that it shares with a hundredth of all. The first VEN has more resources than the others, and
-- the second is an aggregator.
INSERT INTO participants_client (client_id, name, role, scopes, is_enabled, created_at, modified_at)
SELECT 'client-' || n, 'client ' || n, 'ven', '{read_all,read_targets,read_ven_objects,write_reports,write_subscriptions}',
    n %% 50 <> 7, now() - interval '1 year', now() - interval '1 month'
FROM generate_series(1, %(size)s) AS n;

INSERT INTO participants_clientsecret (client_id, hash, label, created_at, expires_at)
SELECT 'client-' || n, '!', 'secret ' || number, now() - interval '1 year',
    CASE WHEN number > 1 THEN now() + number * interval '1 day' END
FROM generate_series(1, %(size)s) AS n, generate_series(1, CASE n WHEN 1 THEN LEAST(%(size)s, 20) ELSE 1 END) AS number;

INSERT INTO participants_ven (id, created_at, modified_at, targets, content, client_id, ven_name, document_301,
    document_310)
SELECT 'ven-' || n, made_at, now() - interval '1 day', ARRAY['own-' || n, 'group-' || n %% 100]
        || CASE WHEN n <= %(some)s THEN ARRAY[%(participant)s || 'code-' || n] ELSE '{}' END,
    jsonb_build_object('venName', 'VEN ' || n, 'attributes',
        jsonb_build_array(jsonb_build_object('type', 'NOTE', 'values', jsonb_build_array('a note on ' || n)))),
    'client-' || n, 'VEN ' || n, '{}', '{}'
FROM (SELECT n, now() - interval '1 year' + n * interval '1 minute' AS made_at FROM generate_series(1, %(size)s) AS n);

INSERT INTO participants_ventarget (ven_id, target, created_at)
SELECT id, unnest(targets), created_at FROM participants_ven;

INSERT INTO participants_resource (id, created_at, modified_at, targets, content, ven_id, resource_name, document_301,
    document_310)
SELECT 'resource-' || n || '-' || number, now() - interval '1 year' + n * interval '1 minute', now() - interval '1 day',
    CASE WHEN number %% 2 = 0 THEN ARRAY['part-' || number %% 50, 'feeder-' || n %% 1000] ELSE '{}' END,
    jsonb_build_object('resourceName', 'meter ' || number, 'venID', 'ven-' || n, 'attributes',
        jsonb_build_array(jsonb_build_object('type', 'LOCATION', 'values',
            jsonb_build_array(4 + n %% 100 / 50.0, 50 + number %% 100 / 50.0)))),
    'ven-' || n, 'meter ' || number, '{}', '{}'
FROM generate_series(1, %(size)s) AS n,
    generate_series(1, CASE n WHEN 1 THEN %(page)s WHEN 2 THEN LEAST(%(size)s, 5000) ELSE 2 END) AS number;

INSERT INTO participants_resourcetarget (resource_id, ven_id, resource_name, created_at, target)
SELECT id, ven_id, resource_name, created_at, unnest(targets) FROM participants_resource;

INSERT INTO vtn_poller (client_id, polled_at)
SELECT 'client-' || n, now() - CASE WHEN n %% 2 = 0 THEN interval '50 minutes' * random()
    WHEN n %% 4 = 1 THEN interval '5 hours' ELSE interval '3 days' END
FROM generate_series(1, %(size)s) AS n WHERE n %% 10 <> 3;

INSERT INTO vtn_poll (client_id, path, query, about, status, polled_at)
SELECT client_id, '/openadr3/3.1.0/' || path, '', about, 200, polled_at FROM vtn_poller,
    (VALUES ('events', 'events'), ('programs', ''), ('events?programID=p', 'events.program.program-3'))
    AS asked (path, about);

INSERT INTO vtn_poll (client_id, path, query, about, status, polled_at)
SELECT 'client-1', '/openadr3/3.1.0/events', 'skip=' || n, '', 200, now() FROM generate_series(1, LEAST(%(size)s, 17)) AS n;

INSERT INTO participants_participant (id, created_at, modified_at, code, target, contact_user, phone_contact, webhook,
    sealed_secret, content)
SELECT 'participant-' || n, now() - interval '1 year' + n * interval '1 minute', now() - interval '1 day', 'code-' || n,
    %(participant)s || 'code-' || n, 'somebody-' || n, '+3200000' || n, '', '', '{}'
FROM generate_series(1, %(some)s) AS n;

INSERT INTO participants_subscription (id, created_at, modified_at, targets, content, client_id, role, dialect, client_name,
    program_id, object_types, verified_urls, sealed_tokens, sealed_keys, document_301, document_310)
SELECT 'subscription-' || n, now() - interval '1 year' + n * interval '1 minute', now() - interval '1 day', '{}',
    jsonb_build_object('objectOperations', jsonb_build_array(jsonb_build_object('callbackUrl',
        'https://host-' || n %% 500 || '/hook', 'objects', '["EVENT"]'::jsonb, 'operations', '["CREATE"]'::jsonb))),
    'client-' || n, 'ven', '3.1.0', 'hook ' || n, 'program-' || n %% %(busy)s + 1, '{EVENT}', '{}', '{NULL}', '{}', '{}', '{}'
FROM generate_series(1, %(some)s) AS n;

INSERT INTO participants_callback (id, subscription_id, place, url, host, wants, told_at, failing_since, failures,
    failure)
SELECT n, 'subscription-' || n, 0, 'https://host-' || n %% 500 || '/hook', 'https://host-' || n %% 500,
    ARRAY['ven EVENT CREATE program-' || n %% %(busy)s + 1], now(),
    CASE WHEN n %% 10 = 0 THEN now() - interval '1 hour' END, n %% 10, ''
FROM generate_series(1, %(some)s) AS n;
