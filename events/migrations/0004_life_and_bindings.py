"""What the clock has to do with events, and the other systems that follow them."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0003_reading_columns'),
    ]

    operations = [
        migrations.CreateModel(
            name='Binding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=128, unique=True)),
                ('backend', models.CharField(max_length=64)),
                ('host', models.CharField(editable=False, max_length=300)),
                ('is_enabled', models.BooleanField(default=True, verbose_name='enabled')),
                ('program_ids', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), blank=True, default=list, size=None)),
                ('targets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), blank=True, default=list, size=None)),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('sealed_secrets', models.JSONField(default=dict, editable=False)),
                ('mapping', models.JSONField(blank=True, default=dict)),
                ('trouble', models.TextField(blank=True, editable=False)),
                ('troubled_at', models.DateTimeField(editable=False, null=True)),
                ('pushed_at', models.DateTimeField(editable=False, null=True, verbose_name='last pushed')),
                ('created_at', models.DateTimeField(editable=False)),
                ('modified_at', models.DateTimeField(editable=False)),
            ],
            options={
                'indexes': [models.Index(fields=['is_enabled'], name='binding_enabled')],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('event_id', models.CharField(max_length=128, primary_key=True, serialize=False)),
                ('turned_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='turn_due')],
            },
        ),
    ]
