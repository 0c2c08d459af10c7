"""Gives the subscriptions that are there already their callbacks and their keys."""

from django.db import migrations

from participants.callbacks import host_of, wants
from participants.signing_keys import new_key

_MEANING = {"GET": "READ", "POST": "CREATE", "PUT": "UPDATE"}


def describe(apps, schema_editor):
    Callback = apps.get_model("participants", "Callback")
    for subscription in apps.get_model("participants", "Subscription").objects.iterator():
        subscription.sealed_keys = [new_key(subscription.id)]
        subscription.save(update_fields=["sealed_keys"])
        for place, item in enumerate(subscription.content["objectOperations"]):
            words = {_MEANING.get(word, word): word for word in reversed(item["operations"])}
            Callback.objects.create(
                subscription=subscription,
                place=place,
                url=item["callbackUrl"],
                host=host_of(item["callbackUrl"]),
                wants=wants(subscription.role, set(item["objects"]), words, subscription.program_id),
                words=words,
            )


class Migration(migrations.Migration):

    dependencies = [
        ("participants", "0005_callbacks"),
    ]

    operations = [
        migrations.RunPython(describe, migrations.RunPython.noop),
    ]
