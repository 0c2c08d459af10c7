-- A few tariff plans of many timings, tariffs of two rates, published in a program each.
INSERT INTO tariffs_storedtiming (id, created_at, modified_at, tpid, tag, years, months, month_days, week_days, time)
SELECT 'timing-' || n, now(), now(), 'PLAN-' || n %% %(busy)s + 1, CASE WHEN n %% 2 = 0 THEN 'PEAK-' ELSE 'ALL-' END || n,
    '*any', '*any', '*any', CASE WHEN n %% 2 = 0 THEN '1;2;3;4;5' ELSE '*any' END,
    CASE WHEN n %% 2 = 0 THEN '08:00:00' ELSE '00:00:00' END
FROM generate_series(1, %(some)s) AS n;

INSERT INTO tariffs_tariff (id, name, kind, tpid, time_zone, unit, currency, created_at, modified_at)
SELECT n, 'tariff ' || n, 'PRICE', 'PLAN-' || n %% %(busy)s + 1, 'Europe/Brussels', 'KWH', 'EUR', now(), now()
FROM generate_series(1, %(page)s) AS n;

INSERT INTO tariffs_tariffversion (id, tariff_id, valid_from)
SELECT number * 100 + n, n, date '2026-01-01' + number::int
FROM generate_series(1, %(page)s) AS n, generate_series(1, CASE n WHEN 1 THEN %(page)s ELSE 2 END) AS number;

INSERT INTO tariffs_tariffrate (version_id, tag, imported, weight)
SELECT tariffs_tariffversion.id, tag, 0.25, number FROM tariffs_tariffversion
    JOIN tariffs_tariff ON tariffs_tariff.id = tariff_id,
    LATERAL (SELECT tag, row_number() OVER (ORDER BY tag) AS number FROM tariffs_storedtiming
        WHERE tariffs_storedtiming.tpid = tariffs_tariff.tpid ORDER BY tag LIMIT 5) AS named;

INSERT INTO tariffs_publication (program_id, tariff_id, kind, cut, publish_at, is_enabled, next_at, trouble, created_at,
    modified_at)
SELECT 'program-' || n, n, 'PRICE', 'hours', '14:00', true, now(), '', now(), now() FROM generate_series(1, %(page)s) AS n;
