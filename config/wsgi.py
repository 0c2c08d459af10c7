"""The web application: kept answers in front, Django behind."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

from vtn.chunked import with_length  # noqa: E402 - needs the settings that the line above loads
from vtn.polling.gate import PollGate  # noqa: E402 - as above

application = PollGate(with_length(_django))
