"""Who asked for what, and when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vtn", "0003_deliveries"),
    ]

    operations = [
        migrations.CreateModel(
            name="Poller",
            fields=[
                ("client_id", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("polled_at", models.DateTimeField(verbose_name="asked")),
            ],
            options={
                "indexes": [models.Index(fields=["polled_at", "client_id"], name="poller_by_time")],
            },
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "client_id",
                        "path",
                        "query",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("client_id", models.CharField(max_length=128)),
                ("path", models.CharField(max_length=1000)),
                ("query", models.CharField(max_length=1000)),
                ("about", models.CharField(max_length=160)),
                ("status", models.SmallIntegerField()),
                ("polled_at", models.DateTimeField(verbose_name="asked")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("about", ""), _negated=True),
                        fields=["about", "polled_at", "client_id"],
                        name="poll_about",
                    )
                ],
            },
        ),
    ]
