"""Programs whose events staff publish in twos."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='program',
            options={'permissions': [('set_four_eyes', 'Can switch the four-eyes rule of programs')]},
        ),
        migrations.AddField(
            model_name='program',
            name='four_eyes',
            field=models.BooleanField(default=False, help_text='What a member of staff writes about its events is published by another one.', verbose_name='four eyes'),
        ),
    ]
