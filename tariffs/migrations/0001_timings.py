"""Timings of CGRateS' tariff plans."""

from django.db import migrations, models

import vtn.ids


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='StoredTiming',
            fields=[
                ('id', models.CharField(default=vtn.ids.new_id, editable=False, max_length=128, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                ('modified_at', models.DateTimeField(editable=False, verbose_name='last changed')),
                ('tpid', models.CharField(max_length=64, verbose_name='tariff plan')),
                ('tag', models.CharField(max_length=64, verbose_name='ID')),
                ('years', models.CharField(blank=True, max_length=255, verbose_name='years')),
                ('months', models.CharField(blank=True, max_length=255, verbose_name='months')),
                ('month_days', models.CharField(blank=True, max_length=255, verbose_name='month days')),
                ('week_days', models.CharField(blank=True, max_length=255, verbose_name='week days')),
                ('time', models.CharField(blank=True, max_length=32)),
            ],
            options={
                'verbose_name': 'timing',
                'indexes': [models.Index(fields=['tag'], name='timing_tag'), models.Index(fields=['modified_at'], name='timing_modified')],
                'constraints': [models.UniqueConstraint(fields=('tpid', 'tag'), name='timing_per_plan')],
            },
        ),
    ]
