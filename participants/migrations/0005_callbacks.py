"""Where each subscription is told, with how that goes, and the keys that sign what it is sent."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('participants', '0004_mqtt'),
    ]

    operations = [
        migrations.CreateModel(
            name='Callback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.IntegerField()),
                ('url', models.TextField()),
                ('host', models.CharField(max_length=300)),
                ('wants', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None)),
                ('words', models.JSONField()),
                ('told_at', models.DateTimeField(null=True, verbose_name='last told')),
                ('failing_since', models.DateTimeField(null=True)),
                ('failures', models.IntegerField(default=0, help_text='in a row')),
                ('failure', models.TextField(blank=True, help_text='the last one, if it has not been told since')),
                ('broken_at', models.DateTimeField(null=True)),
                ('gone_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='subscription',
            name='subscription_wants',
        ),
        migrations.RemoveField(
            model_name='subscription',
            name='wants',
        ),
        migrations.AddField(
            model_name='subscription',
            name='old_key_until',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='subscription',
            name='sealed_keys',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, editable=False, size=None),
        ),
        migrations.AddField(
            model_name='callback',
            name='subscription',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='callbacks', to='participants.subscription'),
        ),
        migrations.AddIndex(
            model_name='callback',
            index=django.contrib.postgres.indexes.GinIndex(fields=['wants'], name='callback_wants'),
        ),
        migrations.AddIndex(
            model_name='callback',
            index=models.Index(fields=['failing_since'], name='callback_failing'),
        ),
        migrations.AddConstraint(
            model_name='callback',
            constraint=models.UniqueConstraint(fields=('subscription', 'place'), name='callback_place'),
        ),
    ]
