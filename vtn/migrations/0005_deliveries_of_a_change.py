"""The deliveries of a change, and so of an object, are found without a look at all there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vtn", "0004_polls"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["entry"], name="delivery_entry"),
        ),
    ]
