-- A tenth as many customers as licences, each with an order; the first order has more licences than the others. Every
-- second licence is claimed for a controller, some of which are VENs.
INSERT INTO licensing_customer (id, name)
SELECT md5('customer ' || n)::uuid, 'customer ' || n FROM generate_series(1, %(some)s) AS n;

INSERT INTO licensing_membership (customer_id, client_id)
SELECT md5('customer ' || n)::uuid, 'client-' || number
FROM generate_series(1, %(some)s) AS n, generate_series(n, CASE n WHEN 1 THEN %(page)s ELSE n END) AS number;

INSERT INTO licensing_order (id, customer_id, reference)
SELECT n, md5('customer ' || n)::uuid, 'order ' || n FROM generate_series(1, %(some)s) AS n;

INSERT INTO licensing_license (id, key, order_id, grid_kw, type, created_at, activated_at, duration)
SELECT md5('licence ' || n)::uuid, 'KEY-' || n, CASE WHEN n <= %(page)s THEN 1 ELSE n %% %(some)s + 1 END, n %% 100,
    CASE WHEN n %% 3 = 0 THEN 'commercial' ELSE 'residential' END, now() - interval '1 year',
    CASE WHEN n %% 4 > 0 THEN now() - interval '1 month' END, CASE WHEN n %% 5 > 0 THEN 400 ELSE 0 END
FROM generate_series(1, %(size)s) AS n;

INSERT INTO licensing_controller (id, node_id, customer_id)
SELECT n, 'node-' || n, CASE WHEN n %% 10 > 0 THEN md5('customer ' || n %% %(some)s + 1)::uuid END
FROM generate_series(1, GREATEST(%(size)s / 2, %(some)s)) AS n;

INSERT INTO licensing_datalink (id, license_id, controller_id, created_at, claimed_by)
SELECT md5('datalink ' || n)::uuid, md5('licence ' || n)::uuid, CASE WHEN n <= %(page)s THEN 1 ELSE n / 2 END, now(),
    'client:installer'
FROM generate_series(1, %(size)s) AS n WHERE n <= %(page)s OR n %% 2 = 0;

INSERT INTO participants_controllerlink (controller_id, ven_id)
SELECT n, CASE WHEN n <= %(page)s THEN 'ven-1' ELSE 'ven-' || n END FROM generate_series(1, %(some)s) AS n;
