"""The tables of reports and readings, cut into months. Django cannot say PARTITION BY, so the tables are made by hand."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

_TABLES = """
    CREATE TABLE events_report (
        id text COLLATE "C" PRIMARY KEY,
        created_at timestamptz NOT NULL,
        modified_at timestamptz NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        program_id text COLLATE "C" NOT NULL,
        client_id text COLLATE "C" NOT NULL,
        client_name text COLLATE "C" NOT NULL,
        report_name text NOT NULL,
        resource_names text[] NOT NULL,
        span tstzrange NOT NULL,
        document text NOT NULL,
        document_301 text
    ) PARTITION BY RANGE (id);
    CREATE TABLE events_report_default PARTITION OF events_report DEFAULT;

    CREATE TABLE events_reading (
        report_id text COLLATE "C" NOT NULL,
        position integer NOT NULL,
        resource_name text NOT NULL,
        interval_id integer NOT NULL,
        starts_at timestamptz,
        ends_at timestamptz,
        payload_type text NOT NULL,
        number numeric,
        text text,
        PRIMARY KEY (report_id, position)
    ) PARTITION BY RANGE (report_id);
    CREATE TABLE events_reading_default PARTITION OF events_reading DEFAULT;
"""

# Planning a query over all months takes milliseconds, for each month and each index has a part in it; the query itself
# takes a fraction of one. A function keeps its plan. It plans once, for whatever the parameters are, and has no way but
# an index that gives the rows in their order: PostgreSQL knows nothing of the parameters then, and little of today.
_PAGE = """
    CREATE FUNCTION events_reports_{name} (
        skip bigint, most bigint, during tstzrange, client text, event text, program text, name text
    ) RETURNS SETOF events_report LANGUAGE plpgsql STABLE
    SET plan_cache_mode = force_generic_plan SET enable_sort = off SET enable_bitmapscan = off AS $$
    BEGIN
        RETURN QUERY {query};
    END
    $$
"""
# The order names the columns that are narrowed to, which it need not: so only one index can give it. For the same reason
# they are narrowed from both sides: of a column that equals something, the order would not be looked at.
_WALK = """
    SELECT * FROM events_report WHERE {walked} AND {others} ORDER BY {order} OFFSET skip LIMIT most
"""
# What one client says of one event or program is little enough to be looked through, and each index costs its writers.
_WALK_LOOKING = _WALK.replace('{others}', '{others} AND span && during')
# A GiST index that gives what overlaps by distance from a moment before all reports. It knows nothing of ids, so all that
# tie for the last place come along. Its condition is stated, for of several indexes each looks equally good.
_WALK_IN_WINDOW = """
    SELECT * FROM (
        SELECT * FROM events_report WHERE {equal} AND {others} AND {condition} AND span && during
        ORDER BY created_at <-> timestamptz '2000-01-01 00:00+00' FETCH FIRST (skip + most) ROWS WITH TIES
    ) AS first_ones ORDER BY id OFFSET skip LIMIT most
"""
_PARAMETERS = {'client_id': 'client', 'event_id': 'event', 'program_id': 'program', 'client_name': 'name'}
_WALKS = [
    [], ['event_id'], ['program_id'], ['client_name'], ['client_id'], ['client_id', 'event_id'], ['client_id', 'program_id'],
]


def _functions():
    for walk in _WALKS:
        name = '_and_'.join(['by', *walk]).replace('by_and_', 'by_') if walk else 'all'
        others = [f'({given} IS NULL OR {column} = {given})' for column, given in _PARAMETERS.items() if column not in walk]
        parts = {
            'walked': ' AND '.join(f'{column} >= {_PARAMETERS[column]} AND {column} <= {_PARAMETERS[column]}' for column in walk) or 'TRUE',
            'equal': ' AND '.join(f'{column} = {_PARAMETERS[column]}' for column in walk) or 'TRUE',
            'condition': ' AND '.join(f"{column} > ''" for column in walk or ['id']),
            'others': ' AND '.join(others) or 'TRUE',
            'order': ', '.join([*walk, 'id']),
        }
        yield name, _PAGE.format(name=name, query=_WALK.format(**parts))
        in_window = _WALK_LOOKING if len(walk) > 1 else _WALK_IN_WINDOW
        yield f'{name}_during', _PAGE.format(name=f'{name}_during', query=in_window.format(**parts))


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(_TABLES, "DROP TABLE events_reading; DROP TABLE events_report"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='Report',
                    fields=[
                        ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                        ('modified_at', models.DateTimeField(editable=False, verbose_name='last changed')),
                        ('id', models.TextField(db_collation='C', editable=False, primary_key=True, serialize=False)),
                        ('event_id', models.TextField(db_collation='C')),
                        ('program_id', models.TextField(db_collation='C')),
                        ('client_id', models.TextField(db_collation='C')),
                        ('client_name', models.TextField(db_collation='C')),
                        ('report_name', models.TextField(blank=True, verbose_name='name')),
                        ('resource_names', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                        ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                        ('document', models.TextField()),
                        ('document_301', models.TextField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='Reading',
                    fields=[
                        ('pk', models.CompositePrimaryKey('report_id', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('position', models.IntegerField()),
                        ('resource_name', models.TextField()),
                        ('interval_id', models.IntegerField()),
                        ('starts_at', models.DateTimeField(null=True)),
                        ('ends_at', models.DateTimeField(null=True)),
                        ('payload_type', models.TextField()),
                        ('number', models.DecimalField(decimal_places=5000, max_digits=10000, null=True)),
                        ('text', models.TextField(null=True)),
                        ('report', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='readings', to='events.report')),
                    ],
                ),
            ],
        ),
        migrations.AddIndex('report', models.Index(fields=['event_id', 'id'], name='report_of_event')),
        migrations.AddIndex('report', models.Index(fields=['program_id', 'id'], name='report_of_program')),
        migrations.AddIndex('report', models.Index(fields=['client_name', 'id'], name='report_of_name')),
        migrations.AddIndex('report', models.Index(fields=['client_id', 'id'], name='report_of_client')),
        migrations.AddIndex('report', models.Index(fields=['client_id', 'event_id', 'id'], name='report_of_client_on_event')),
        migrations.AddIndex('report', models.Index(fields=['client_id', 'program_id', 'id'], name='report_of_client_on_program')),
        migrations.AddIndex('report', models.Index(fields=['modified_at', 'id'], name='report_modified')),
        migrations.AddIndex('report', django.contrib.postgres.indexes.GinIndex(fields=['resource_names'], name='report_resources')),
        migrations.AddIndex('report', django.contrib.postgres.indexes.GistIndex(models.F('span'), models.F('created_at'), condition=models.Q(('id__gt', '')), name='report_span')),
        migrations.AddIndex('report', django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass('event_id', name='gist_text_ops'), models.F('span'), models.F('created_at'), condition=models.Q(('event_id__gt', '')), name='report_span_of_event')),
        migrations.AddIndex('report', django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass('program_id', name='gist_text_ops'), models.F('span'), models.F('created_at'), condition=models.Q(('program_id__gt', '')), name='report_span_of_program')),
        migrations.AddIndex('report', django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass('client_name', name='gist_text_ops'), models.F('span'), models.F('created_at'), condition=models.Q(('client_name__gt', '')), name='report_span_of_name')),
        migrations.AddIndex('report', django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass('client_id', name='gist_text_ops'), models.F('span'), models.F('created_at'), condition=models.Q(('client_id__gt', '')), name='report_span_of_client')),
        *(
            migrations.RunSQL(function, f'DROP FUNCTION events_reports_{name}')
            for name, function in _functions()
        ),
    ]
