"""The ways from targets and types of objects to subscriptions, for those that are there already as well."""

import django.db.models.deletion
from django.db import migrations, models

_WAYS = """
    INSERT INTO participants_subscriptionway (subscription_id, created_at, way, way_in_program)
    SELECT id, created_at, way, coalesce(length(program_id) || ' ' || program_id || ' ' || way, '')
    FROM participants_subscription CROSS JOIN LATERAL (
        SELECT 'type ' || unnest(object_types) UNION SELECT 'target ' || unnest(targets)
    ) AS ways (way)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('participants', '0010_operations_by_dialect'),
    ]

    operations = [
        migrations.CreateModel(
            name='SubscriptionWay',
            fields=[
                ('pk', models.CompositePrimaryKey('subscription_id', 'way', blank=True, editable=False, primary_key=True, serialize=False)),
                ('way', models.CharField(max_length=140)),
                ('way_in_program', models.CharField(max_length=280)),
                ('created_at', models.DateTimeField()),
                ('subscription', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participants.subscription')),
            ],
            options={
                'indexes': [models.Index(fields=['way', 'created_at', 'subscription'], name='subscription_way_order'), models.Index(fields=['way_in_program', 'created_at', 'subscription'], name='subscription_way_in_program')],
            },
        ),
        migrations.RunSQL(_WAYS, migrations.RunSQL.noop),
    ]
