import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("vtn", "0002_tombstone"),
        ("participants", "0003_subscription"),
    ]

    operations = [
        migrations.CreateModel(
            name="MqttAuthority",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("certificate", models.TextField()),
                ("sealed_key", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="mqtt_authority_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="vtn.outboxentry",
                    ),
                ),
                (
                    "told_until",
                    models.CharField(editable=False, max_length=128, null=True, verbose_name="told until"),
                ),
                ("refused_at", models.DateTimeField(editable=False, null=True, verbose_name="refused")),
                ("reason", models.TextField(default="", editable=False)),
            ],
            options={
                "verbose_name": "MQTT publication",
                "verbose_name_plural": "MQTT publications",
            },
        ),
    ]
