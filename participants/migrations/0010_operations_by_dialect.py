"""What an operation is told as follows from the dialect of its subscription."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('participants', '0009_located_resources'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='callback',
            name='words',
        ),
    ]
