"""The table of subscriptions."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import vtn.ids
import vtn.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('participants', '0002_announce_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.CharField(default=vtn.ids.new_id, editable=False, max_length=128, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                ('modified_at', models.DateTimeField(editable=False, verbose_name='last changed')),
                ('document_301', models.TextField(editable=False)),
                ('document_310', models.TextField(editable=False)),
                ('targets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), blank=True, default=list, size=None)),
                ('content', vtn.models.ContentField(editable=False)),
                ('literals', vtn.models.ContentField(editable=False, null=True)),
                ('client_id', models.CharField(max_length=128, verbose_name='client id')),
                ('role', models.CharField(choices=[('bl', 'BL'), ('ven', 'VEN')], max_length=3)),
                ('dialect', models.CharField(choices=[('3.0.1', '3.0.1'), ('3.1.0', '3.1.0')], max_length=5)),
                ('client_name', models.CharField(max_length=128, verbose_name='name')),
                ('program_id', models.CharField(max_length=128, null=True, verbose_name='program')),
                ('object_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)),
                ('wants', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), editable=False, size=None)),
                ('verified_urls', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), editable=False, size=None)),
                ('sealed_tokens', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(null=True), editable=False, size=None)),
            ],
            options={
                'indexes': [models.Index(fields=['created_at', 'id'], name='subscription_order'), models.Index(fields=['client_id', 'created_at', 'id'], name='subscription_order_of_client'), models.Index(fields=['program_id', 'created_at', 'id'], name='subscription_order_of_program'), models.Index(fields=['client_name', 'created_at', 'id'], name='subscription_order_of_name'), models.Index(fields=['modified_at', 'id'], name='subscription_modified'), django.contrib.postgres.indexes.GinIndex(fields=['targets'], name='subscription_targets'), django.contrib.postgres.indexes.GinIndex(fields=['object_types'], name='subscription_object_types'), django.contrib.postgres.indexes.GinIndex(fields=['wants'], name='subscription_wants')],
            },
        ),
    ]
