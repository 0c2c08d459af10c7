"""The participants of Ecosuite's demand response."""

from django.db import migrations, models

import vtn.ids
import vtn.models


class Migration(migrations.Migration):

    dependencies = [
        ("participants", "0007_controllers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.CharField(default=vtn.ids.new_id, editable=False, max_length=128, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created")),
                ("modified_at", models.DateTimeField(editable=False, verbose_name="last changed")),
                ("code", models.CharField(max_length=128)),
                ("target", models.CharField(editable=False, max_length=128, unique=True)),
                ("contact_user", models.TextField(blank=True, verbose_name="contact")),
                ("phone_contact", models.TextField(blank=True, verbose_name="telephone")),
                ("webhook", models.TextField(blank=True)),
                ("sealed_secret", models.TextField(blank=True, editable=False)),
                ("content", vtn.models.ContentField(default=dict, editable=False)),
            ],
            options={
                "indexes": [models.Index(fields=["created_at", "id"], name="participant_order")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code",),
                        name="participant_code",
                        violation_error_message="There is already a participant with this code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="participant_code_not_empty"
                    ),
                ],
            },
        ),
    ]
