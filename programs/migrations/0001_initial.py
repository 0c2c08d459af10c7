"""The table of programs."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import vtn.ids
import vtn.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Program',
            fields=[
                ('id', models.CharField(default=vtn.ids.new_id, editable=False, max_length=128, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                ('modified_at', models.DateTimeField(editable=False, verbose_name='last changed')),
                ('document_301', models.TextField(editable=False)),
                ('document_310', models.TextField(editable=False)),
                ('targets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), blank=True, default=list, size=None)),
                ('content', vtn.models.ContentField(editable=False)),
                ('literals', vtn.models.ContentField(editable=False, null=True)),
                ('program_name', models.CharField(max_length=128, verbose_name='name')),
            ],
            options={
                'indexes': [models.Index(fields=['created_at', 'id'], name='program_order'), models.Index(fields=['modified_at', 'id'], name='program_modified'), django.contrib.postgres.indexes.GinIndex(fields=['targets'], name='program_targets')],
                'constraints': [models.UniqueConstraint(fields=('program_name',), name='program_name_per_vtn')],
            },
        ),
    ]
