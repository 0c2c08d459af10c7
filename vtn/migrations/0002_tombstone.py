"""What is remembered of deleted objects."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('vtn', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('object_id', models.CharField(max_length=128, primary_key=True, serialize=False)),
                ('object_type', models.CharField(max_length=16)),
                ('created_at', models.DateTimeField()),
                ('deleted_at', models.DateTimeField()),
                ('targets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), default=list, size=None)),
                ('client_id', models.CharField(max_length=128, null=True)),
                ('inside', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=140), default=list, size=None)),
            ],
            options={
                'indexes': [models.Index(fields=['object_type', 'deleted_at', 'object_id'], name='tombstone_order'), models.Index(fields=['deleted_at'], name='tombstone_age')],
            },
        ),
    ]
