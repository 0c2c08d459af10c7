"""The way to the resources that say where they are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("participants", "0008_participants"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                condition=models.Q(("content__attributes__contains", [{"type": "LOCATION"}])),
                fields=["ven", "created_at", "id"],
                name="resource_located",
            ),
        ),
    ]
