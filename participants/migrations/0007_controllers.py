"""Which VENs and resources the controllers of licences stand for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("licensing", "0001_licences"),
        ("participants", "0006_callbacks_of_before"),
    ]

    operations = [
        migrations.CreateModel(
            name="ControllerLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "controller",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="link",
                        to="licensing.controller",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="controller_links",
                        to="participants.resource",
                    ),
                ),
                (
                    "ven",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="controller_links",
                        to="participants.ven",
                        verbose_name="VEN",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ven", None), ("resource", None), _connector="XOR"),
                        name="controller_link_of_one",
                        violation_error_message="A controller is one VEN or one resource",
                    )
                ],
            },
        ),
    ]
