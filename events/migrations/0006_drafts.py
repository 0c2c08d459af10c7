"""Drafts of events, and the holidays that a series of them leaves out."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import vtn.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0005_dr_events'),
        ('programs', '0002_four_eyes'),
    ]

    operations = [
        migrations.CreateModel(
            name='HolidayCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=128, unique=True, verbose_name='name')),
                ('days', models.JSONField(blank=True, default=dict, verbose_name='days')),
            ],
            options={
                'verbose_name': 'holiday calendar',
                'verbose_name_plural': 'holiday calendars',
            },
        ),
        migrations.CreateModel(
            name='EventDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('operation', models.CharField(choices=[('CREATE', 'new event'), ('UPDATE', 'change of an event'), ('DELETE', 'end of an event')], max_length=8, verbose_name='what it is')),
                ('name', models.CharField(blank=True, max_length=128, verbose_name='name')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('waiting', 'waiting for approval'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', max_length=16, verbose_name='status')),
                ('is_template', models.BooleanField(default=False, verbose_name='template')),
                ('content', vtn.models.ContentField()),
                ('zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, size=None)),
                ('until', models.DateField(blank=True, null=True)),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, size=None)),
                ('event_id', models.CharField(blank=True, max_length=128, null=True)),
                ('began_from', models.DateTimeField(blank=True, null=True)),
                ('made', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), blank=True, default=list, size=None)),
                ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=160), blank=True, default=list, size=None)),
                ('decided_by', models.CharField(blank=True, max_length=160, verbose_name='decided by')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('token', models.CharField(max_length=64, unique=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('modified_at', models.DateTimeField(verbose_name='last changed')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programs.program', verbose_name='program')),
                ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='events.holidaycalendar')),
            ],
            options={
                'verbose_name': 'event draft',
                'verbose_name_plural': 'event drafts',
                'permissions': [('publish_eventdraft', 'Can publish drafts of others')],
                'indexes': [models.Index(fields=['status', 'modified_at'], name='draft_by_status'), models.Index(fields=['event_id', 'modified_at'], name='draft_of_event'), django.contrib.postgres.indexes.GinIndex(fields=['made'], name='draft_made')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('event_id__isnull', True), ('operation', 'CREATE')), models.Q(('began_from__isnull', False), ('event_id__isnull', False), ('operation__in', ['UPDATE', 'DELETE'])), _connector='OR'), name='draft_names_its_event')],
            },
        ),
    ]
