"""Which button of an event's page a draft was begun with."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0007_dr_event_was_sent'),
    ]

    operations = [
        migrations.AddField(
            model_name='eventdraft',
            name='action',
            field=models.CharField(blank=True, choices=[('shift', 'shift'), ('shorten', 'shortening'), ('cancel', 'cancellation'), ('withdraw', 'withdrawal')], default='', max_length=8, verbose_name='done as'),
        ),
    ]
