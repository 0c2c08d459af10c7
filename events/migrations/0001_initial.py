"""The tables of events, their intervals and the ways to them."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import vtn.ids
import vtn.models
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('programs', '0001_initial'),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.CharField(default=vtn.ids.new_id, editable=False, max_length=128, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                ('modified_at', models.DateTimeField(editable=False, verbose_name='last changed')),
                ('document_301', models.TextField(editable=False)),
                ('document_310', models.TextField(editable=False)),
                ('targets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), blank=True, default=list, size=None)),
                ('content', vtn.models.ContentField(editable=False)),
                ('literals', vtn.models.ContentField(editable=False, null=True)),
                ('event_name', models.TextField(blank=True, verbose_name='name')),
                ('priority', models.PositiveBigIntegerField(blank=True, null=True)),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('repeats_every', models.DurationField(editable=False, null=True)),
                ('program', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='programs.program')),
            ],
        ),
        migrations.CreateModel(
            name='EventTarget',
            fields=[
                ('pk', models.CompositePrimaryKey('event_id', 'target', blank=True, editable=False, primary_key=True, serialize=False)),
                ('target', models.CharField(max_length=128)),
                ('target_in_program', models.CharField(max_length=262)),
                ('created_at', models.DateTimeField()),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('event', models.ForeignKey(db_index=False, db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='events.event')),
            ],
        ),
        migrations.CreateModel(
            name='Interval',
            fields=[
                ('pk', models.CompositePrimaryKey('event_id', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('position', models.IntegerField()),
                ('interval_id', models.IntegerField(null=True)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('length', models.DurationField(null=True)),
                ('payloads', vtn.models.ContentField()),
                ('event', models.ForeignKey(db_index=False, db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='intervals', to='events.event')),
            ],
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['created_at', 'id'], name='event_order'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['modified_at', 'id'], name='event_modified'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['program', 'created_at', 'id'], name='event_order_in_program'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=django.contrib.postgres.indexes.GistIndex(condition=models.Q(('id__gt', '')), fields=['span', 'created_at'], name='event_span'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass('program_id', name='gist_text_ops'), models.F('span'), models.F('created_at'), condition=models.Q(('program_id__gt', '')), name='event_span_in_program'),
        ),
        migrations.AddIndex(
            model_name='eventtarget',
            index=models.Index(fields=['target', 'created_at', 'event'], name='target_order'),
        ),
        migrations.AddIndex(
            model_name='eventtarget',
            index=models.Index(fields=['target_in_program', 'created_at', 'event'], name='target_order_in_program'),
        ),
        migrations.AddIndex(
            model_name='eventtarget',
            index=django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass('target', name='gist_text_ops'), models.F('span'), models.F('created_at'), condition=models.Q(('target__gte', '')), include=('event',), name='target_span'),
        ),
        migrations.AddIndex(
            model_name='eventtarget',
            index=django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass('target_in_program', name='gist_text_ops'), models.F('span'), models.F('created_at'), condition=models.Q(('target_in_program__gt', '')), include=('event',), name='target_span_in_program'),
        ),
    ]
