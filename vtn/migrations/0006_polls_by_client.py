"""Whether a VEN has asked for an event, and how many have, is one walk through an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('vtn', '0005_deliveries_of_a_change'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='poll',
            name='poll_about',
        ),
        migrations.AddIndex(
            model_name='poll',
            index=models.Index(condition=models.Q(('about', ''), _negated=True), fields=['about', 'client_id', 'polled_at'], name='poll_about'),
        ),
    ]
