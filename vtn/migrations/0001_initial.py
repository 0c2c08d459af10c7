"""The record of changes."""

import vtn.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('object_type', models.CharField(max_length=16)),
                ('object_id', models.CharField(max_length=128)),
                ('operation', models.CharField(choices=[('CREATE', 'Create'), ('UPDATE', 'Update'), ('DELETE', 'Delete')], max_length=8)),
                ('before', vtn.models.ContentField(null=True)),
                ('after', vtn.models.ContentField(null=True)),
                ('made_by', models.CharField(max_length=160)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'indexes': [models.Index(fields=['object_id', 'id'], name='outbox_by_object')],
            },
        ),
    ]
