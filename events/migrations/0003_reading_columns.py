"""All readings of a report lie in one row, and the table that had a row for each becomes a view."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

_TABLE = """
    CREATE TABLE events_readingcolumns (
        report_id text COLLATE "C" PRIMARY KEY,
        resource_names text[] NOT NULL,
        interval_ids integer[] NOT NULL,
        starts_at timestamptz[] NOT NULL,
        ends_at timestamptz[] NOT NULL,
        payload_types text[] NOT NULL,
        numbers numeric[] NOT NULL,
        texts text[] NOT NULL
    ) PARTITION BY RANGE (report_id);
    CREATE TABLE events_readingcolumns_default PARTITION OF events_readingcolumns DEFAULT;
"""
_COPY = """
    INSERT INTO events_readingcolumns
    SELECT report_id, array_agg(resource_name ORDER BY position), array_agg(interval_id ORDER BY position),
        array_agg(starts_at ORDER BY position), array_agg(ends_at ORDER BY position),
        array_agg(payload_type ORDER BY position), array_agg(number ORDER BY position), array_agg(text ORDER BY position)
    FROM events_reading GROUP BY report_id;
    DROP TABLE events_reading;
"""
_VIEW = """
    CREATE VIEW events_reading AS
    SELECT report_id, (reading.nth - 1)::integer AS position, reading.resource_name, reading.interval_id,
        reading.starts_at, reading.ends_at, reading.payload_type, reading.number, reading.text
    FROM events_readingcolumns AS columns,
        unnest(resource_names, interval_ids, columns.starts_at, columns.ends_at, payload_types, numbers, texts)
        WITH ORDINALITY AS reading (resource_name, interval_id, starts_at, ends_at, payload_type, number, text, nth)
"""


def _make_months(apps, schema_editor):
    """Those that reports have, this one, and those to come: so that the first report finds its month. From then on a
    task sees to it."""
    from events.reports.partitions import make_months

    make_months(now=timezone.now(), ahead=settings.REPORT_MONTHS_AHEAD)


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_reports'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_TABLE)],
            state_operations=[
                migrations.CreateModel(
                    name='ReadingColumns',
                    fields=[
                        ('report', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='events.report')),
                        ('resource_names', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                        ('interval_ids', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                        ('starts_at', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(null=True), size=None)),
                        ('ends_at', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(null=True), size=None)),
                        ('payload_types', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                        ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=5000, max_digits=10000, null=True), size=None)),
                        ('texts', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(null=True), size=None)),
                    ],
                ),
                migrations.AlterModelOptions('reading', {'managed': False}),
            ],
        ),
        migrations.RunPython(_make_months),
        migrations.RunSQL(_COPY),
        migrations.RunSQL(_VIEW),
    ]
