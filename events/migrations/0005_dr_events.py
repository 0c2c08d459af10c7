"""What OpenADR has no place for of Ecosuite's DR events, and who was told of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import vtn.models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0004_life_and_bindings"),
        ("participants", "0008_participants"),
    ]

    operations = [
        migrations.CreateModel(
            name="DrEvent",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="dr_event",
                        serialize=False,
                        to="events.event",
                    ),
                ),
                ("goal", models.TextField(blank=True)),
                ("notification_at", models.DateTimeField(verbose_name="notification date")),
                ("written_as", vtn.models.ContentField(default=dict, editable=False)),
                ("content", vtn.models.ContentField(default=dict, editable=False)),
                ("round", models.IntegerField(default=1, editable=False)),
                ("notify_at", models.DateTimeField(editable=False, null=True)),
                ("notified_at", models.DateTimeField(editable=False, null=True, verbose_name="notified")),
            ],
            options={
                "verbose_name": "DR event",
                "indexes": [
                    models.Index(
                        condition=models.Q(("notify_at__isnull", False)),
                        fields=["notify_at"],
                        name="dr_event_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DrNotification",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("round", models.IntegerField()),
                ("user", models.TextField()),
                ("protocol", models.CharField(max_length=16)),
                ("endpoint", models.TextField()),
                (
                    "targets",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="arrived")),
                (
                    "dr_event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to="events.drevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "DR notification",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dr_event", "round", "protocol", "endpoint"), name="dr_notification_once"
                    )
                ],
            },
        ),
    ]
