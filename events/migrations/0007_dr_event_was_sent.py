"""That all were told of a DR event, once the notifications themselves are forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0006_drafts")]

    operations = [
        migrations.AddField(
            model_name="drevent",
            name="was_sent",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
