"""The web application: kept answers in front, Django behind."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from vtn.loaded import keep_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# No request may keep one of few threads for long; commands and tasks may take their time.
os.environ.setdefault("STATEMENT_TIMEOUT_MS", "30000")
_django = get_wsgi_application()

from vtn.api.reads import ask_view  # noqa: E402 - needs the settings that the line above loads
from vtn.intake import Intake  # noqa: E402 - as above
from vtn.polling.gate import PollGate  # noqa: E402 - as above

application = PollGate(Intake(_django), ask_view)

# All views, which else the first request would wait for.
import_module("config.urls")
keep_loaded()
