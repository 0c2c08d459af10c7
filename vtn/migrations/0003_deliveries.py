"""What is still to be told, and what is on its way."""

import django.db.models.deletion
import vtn.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('vtn', '0002_tombstone'),
    ]

    operations = [
        migrations.CreateModel(
            name='Circuit',
            fields=[
                ('host', models.CharField(max_length=300, primary_key=True, serialize=False)),
                ('failures', models.IntegerField(help_text='in a row')),
                ('open_until', models.DateTimeField(null=True)),
                ('reason', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('body', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('pk', models.CompositePrimaryKey('hour', 'channel', blank=True, editable=False, primary_key=True, serialize=False)),
                ('hour', models.DateTimeField()),
                ('channel', models.CharField(max_length=16)),
                ('attempts', models.BigIntegerField(default=0)),
                ('failures', models.BigIntegerField(default=0)),
                ('delivered', models.BigIntegerField(default=0)),
                ('dead', models.BigIntegerField(default=0)),
                ('seconds', models.FloatField(default=0.0, help_text='from the changes to their arrival, all told')),
            ],
        ),
        migrations.CreateModel(
            name='Untold',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='vtn.outboxentry')),
                ('set_aside_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
            ],
        ),
        migrations.AlterField(
            model_name='outboxentry',
            name='operation',
            field=models.CharField(choices=[('CREATE', 'Create'), ('UPDATE', 'Update'), ('DELETE', 'Delete'), ('PHASE', 'clock')], max_length=8),
        ),
        migrations.AddField(
            model_name='outboxentry',
            name='literals',
            field=vtn.models.ContentField(null=True),
        ),
        migrations.AddField(
            model_name='outboxentry',
            name='program_id',
            field=models.CharField(max_length=128, null=True),
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('channel', models.CharField(max_length=16)),
                ('recipient_id', models.BigIntegerField()),
                ('lane', models.CharField(max_length=180)),
                ('host', models.CharField(max_length=300)),
                ('object_type', models.CharField(max_length=16)),
                ('object_id', models.CharField(max_length=128)),
                ('operation', models.CharField(choices=[('CREATE', 'Create'), ('UPDATE', 'Update'), ('DELETE', 'Delete'), ('PHASE', 'clock')], max_length=8)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('dead', 'given up'), ('dropped', 'no longer wanted')], default='waiting', max_length=9)),
                ('attempts', models.IntegerField(default=0)),
                ('due_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField(verbose_name='changed')),
                ('replayed_at', models.DateTimeField(null=True, verbose_name='sent again by hand')),
                ('tried_at', models.DateTimeField(null=True, verbose_name='last tried')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('status', models.IntegerField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('answer', models.TextField(blank=True)),
                ('entry', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vtn.outboxentry')),
                ('notification', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vtn.notification')),
            ],
            options={
                'verbose_name_plural': 'deliveries',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at', 'id'], name='delivery_due'), models.Index(condition=models.Q(('state', 'waiting')), fields=['lane', 'id'], name='delivery_lane'), models.Index(condition=models.Q(('state', 'waiting')), fields=['host'], name='delivery_host'), models.Index(fields=['channel', 'recipient_id', 'id'], name='delivery_recipient'), models.Index(condition=models.Q(('state', 'waiting'), _negated=True), fields=['ended_at'], name='delivery_age'), models.Index(condition=models.Q(('state', 'dead')), fields=['id'], name='delivery_dead')],
            },
        ),
    ]
