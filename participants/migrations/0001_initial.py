"""The tables of clients, their secrets, VENs and resources."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import re
import vtn.ids
import vtn.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Client',
            fields=[
                ('client_id', models.CharField(max_length=128, primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator(re.compile('\\A[!-~]{1,128}\\Z'), '1 to 128 visible ASCII characters without spaces')], verbose_name='client id')),
                ('name', models.CharField(max_length=128)),
                ('role', models.CharField(choices=[('bl', 'business logic'), ('ven', 'VEN')], max_length=3)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('is_enabled', models.BooleanField(default=True, verbose_name='enabled')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                ('modified_at', models.DateTimeField(editable=False, verbose_name='last changed')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name',), name='client_name', violation_error_message='There is already a client of this name'), models.CheckConstraint(condition=models.Q(('client_id', ''), _negated=True), name='client_id_not_empty'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'ven'), ('scopes__contained_by', ['read_all', 'read_targets', 'read_ven_objects', 'write_reports', 'write_subscriptions', 'write_vens'])), models.Q(('role', 'bl'), ('scopes__contained_by', ['read_all', 'read_bl', 'read_targets', 'read_ven_objects', 'write_events', 'write_programs', 'write_reports', 'write_subscriptions', 'write_vens'])), _connector='OR'), name='client_scopes_of_role', violation_error_message='A client of this role cannot hold all of these scopes')],
            },
        ),
        migrations.CreateModel(
            name='ClientSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(editable=False, max_length=256)),
                ('label', models.CharField(blank=True, max_length=128)),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='secrets', to='participants.client')),
            ],
            options={
                'verbose_name': 'secret',
            },
        ),
        migrations.CreateModel(
            name='Ven',
            fields=[
                ('id', models.CharField(default=vtn.ids.new_id, editable=False, max_length=128, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                ('modified_at', models.DateTimeField(editable=False, verbose_name='last changed')),
                ('document_301', models.TextField(editable=False)),
                ('document_310', models.TextField(editable=False)),
                ('targets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), blank=True, default=list, size=None)),
                ('content', vtn.models.ContentField(editable=False)),
                ('literals', vtn.models.ContentField(editable=False, null=True)),
                ('client_id', models.CharField(blank=True, max_length=128, null=True, verbose_name='client id')),
                ('ven_name', models.CharField(max_length=128, verbose_name='name')),
            ],
            options={
                'verbose_name': 'VEN',
                'indexes': [models.Index(fields=['created_at', 'id'], name='ven_order'), models.Index(fields=['modified_at', 'id'], name='ven_modified')],
                'constraints': [models.UniqueConstraint(fields=('ven_name',), name='ven_name_per_vtn', violation_error_message='There is already a VEN of this name'), models.UniqueConstraint(fields=('client_id',), name='ven_per_client', violation_error_message='This client has a VEN already'), models.CheckConstraint(condition=models.Q(('ven_name', ''), _negated=True), name='ven_name_not_empty'), models.CheckConstraint(condition=models.Q(('client_id', ''), _negated=True), name='ven_client_id_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.CharField(default=vtn.ids.new_id, editable=False, max_length=128, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                ('modified_at', models.DateTimeField(editable=False, verbose_name='last changed')),
                ('document_301', models.TextField(editable=False)),
                ('document_310', models.TextField(editable=False)),
                ('targets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=128), blank=True, default=list, size=None)),
                ('content', vtn.models.ContentField(editable=False)),
                ('literals', vtn.models.ContentField(editable=False, null=True)),
                ('resource_name', models.CharField(max_length=128, verbose_name='name')),
                ('ven', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='resources', to='participants.ven')),
            ],
        ),
        migrations.CreateModel(
            name='VenTarget',
            fields=[
                ('pk', models.CompositePrimaryKey('ven_id', 'target', blank=True, editable=False, primary_key=True, serialize=False)),
                ('target', models.CharField(max_length=128)),
                ('created_at', models.DateTimeField()),
                ('ven', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participants.ven')),
            ],
        ),
        migrations.CreateModel(
            name='ResourceTarget',
            fields=[
                ('pk', models.CompositePrimaryKey('resource_id', 'target', blank=True, editable=False, primary_key=True, serialize=False)),
                ('target', models.CharField(max_length=128)),
                ('ven_id', models.CharField(max_length=128)),
                ('resource_name', models.CharField(max_length=128)),
                ('created_at', models.DateTimeField()),
                ('resource', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participants.resource')),
            ],
            options={
                'indexes': [models.Index(fields=['target', 'created_at', 'resource'], name='resource_target_order'), models.Index(fields=['target', 'resource_name', 'created_at', 'resource'], name='resource_target_order_by_name'), models.Index(fields=['ven_id', 'target', 'created_at', 'resource'], name='resource_target_order_in_ven')],
            },
        ),
        migrations.AddIndex(
            model_name='resource',
            index=models.Index(fields=['created_at', 'id'], name='resource_order'),
        ),
        migrations.AddIndex(
            model_name='resource',
            index=models.Index(fields=['modified_at', 'id'], name='resource_modified'),
        ),
        migrations.AddIndex(
            model_name='resource',
            index=models.Index(fields=['ven', 'created_at', 'id'], name='resource_order_in_ven'),
        ),
        migrations.AddIndex(
            model_name='resource',
            index=models.Index(fields=['resource_name', 'created_at', 'id'], name='resource_order_by_name'),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.UniqueConstraint(fields=('ven', 'resource_name'), name='resource_name_per_ven', violation_error_message='This VEN already has a resource of this name'),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.CheckConstraint(condition=models.Q(('resource_name', ''), _negated=True), name='resource_name_not_empty'),
        ),
        migrations.AddIndex(
            model_name='ventarget',
            index=models.Index(fields=['target', 'created_at', 'ven'], name='ven_target_order'),
        ),
    ]
