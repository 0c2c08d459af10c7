"""All settings, read from the environment. The defaults start on a laptop; docs/settings.md lists them."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import environ

from config.look import SUBJECTS as SUBJECTS
from config.look import UNFOLD as UNFOLD
from config.roles import ROLES as ROLES
from config.wiring import WIRING as WIRING
from vtn.launcher.home import Home
from vtn.notifiers.uris import announced_uris

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Home.from_environment()

# -- Django ---------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default=None) or HOME.secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold",  # before the admin, whose templates and site it takes the place of
    "vtn",  # before the admin, whose forms take over the names of fields: in the language of whoever looks
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "js_lib_leaflet",  # the files of Leaflet, which draws maps
    "licensing",
    "participants",
    "programs",
    "events",
    "tariffs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "vtn.admin.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "vtn.admin.middleware.AuthenticationMiddleware",
    "vtn.admin.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "vtn.admin.language.admin_language",
    "vtn.admin.uploads.refusals_are_told",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True  # for the admin; the doors' own paths answer 404 themselves

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],  # which take the place of unfold's
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

_DATABASE = env.db_url("DATABASE_URL", default=HOME.database_url)
_SESSION = {
    # Compiling a plan takes longer than any of ours runs, and estimates that are meant to be high would ask for it.
    "jit": "off",
    # A writer that waits too long for another gives up, and is told to try again.
    "lock_timeout": env.int("LOCK_TIMEOUT_MS", default=5_000),
    "statement_timeout": env.int("STATEMENT_TIMEOUT_MS", default=0),
}
DATABASES = {
    "default": {
        **_DATABASE,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=None),
        "OPTIONS": {
            "prepare_threshold": 0,  # vtn/statements.py; Django's own cursors do not prepare
            **_DATABASE.get("OPTIONS", {}),
            "options": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
        },
    }
}
REDIS_URL = env("REDIS_URL", default=HOME.redis_url)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "vtn",
        # A Redis that hangs must not hold up logins: whatever is kept there can be done without.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands")]  # of the admin; the doors speak English
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"

STATIC_URL = "static/"
STATIC_ROOT = env(
    "STATIC_ROOT", default=None
)  # for `collectstatic`; without it the files are served as they lie
WHITENOISE_USE_FINDERS = True

# The maps of the admin: where their tiles come from, as Leaflet writes it, and whom to name for them, as HTML. Without
# it nobody is asked for anything.
MAP_TILES_URL = env("MAP_TILES_URL", default="")
MAP_ATTRIBUTION = env("MAP_ATTRIBUTION", default="")

# -- Behind a proxy that ends TLS -----------------------------------------------------------------------------

HTTPS_ONLY = env.bool("HTTPS_ONLY", default=False)
SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS_ONLY else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS_ONLY

# -- The doors ------------------------------------------------------------------------------------------------

MAX_BODY_BYTES = env.int("MAX_BODY_BYTES", default=1 << 20)
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=32 << 20)  # of staff in the admin, files and all
BODY_TIMEOUT = env.float("BODY_TIMEOUT_SECONDS", default=10.0)
WEB_THREADS = env.int("WEB_THREADS", default=2)  # of one web process, as the server is told
MAX_TARGETS = env.int("MAX_TARGETS", default=10_000)  # of one object
MAX_BATCH = env.int("MAX_BATCH", default=1_000)  # objects created by one request
# Who may send how much of that, vtn/intake.py sees to.
DATA_UPLOAD_MAX_MEMORY_SIZE = max(MAX_BODY_BYTES, MAX_UPLOAD_BYTES)
PAGE_LIMIT = 50  # `limit` of both files: maximum, and what an absent one means

TOMBSTONE_DAYS = env.int("TOMBSTONE_DAYS", default=90)  # deleted objects are told of by `includeDeleted`

# Status for a token that is present and bad (decisions/openadr.md §4): RFC 6750's answer in 3.1.0; 3.0.1 knows no 401.
BAD_TOKEN_STATUS = {
    "3.0.1": env.int("BAD_TOKEN_STATUS_301", default=403),
    "3.1.0": env.int("BAD_TOKEN_STATUS_310", default=401),
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["participants.authentication.ClientAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["vtn.api.negotiation.JsonBody"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "vtn.api.negotiation.AlwaysJson",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "vtn.openapi.OperationSchema",
    "EXCEPTION_HANDLER": "vtn.problem.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "POSTPROCESSING_HOOKS": [],  # would give every list of choices a component of its own
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # takes all doors for one document; `manage.py check_api` checks each
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},  # else it asks a server of Swagger's
}

# -- Tokens ---------------------------------------------------------------------------------------------------

TOKEN_LIFETIME = timedelta(seconds=env.int("TOKEN_LIFETIME_SECONDS", default=3_600))
TOKEN_AUDIENCE = env("TOKEN_AUDIENCE", default="openadr3-vtn")
TOKEN_ISSUER = env("TOKEN_ISSUER", default="openadr3-vtn")
# HS256 signs with a key derived from SECRET_KEY unless TOKEN_SIGNING_KEY is given; RS256 and ES256 take a PEM there
# (its text, or a path to it). TOKEN_VERIFYING_KEYS holds the keys of before, so that tokens outlive a rotation: PEM
# texts or paths (secrets under HS256), separated by "|".
TOKEN_ALGORITHM = env("TOKEN_ALGORITHM", default="HS256")
TOKEN_SIGNING_KEY = env("TOKEN_SIGNING_KEY", default="")
TOKEN_VERIFYING_KEYS = [key for key in env("TOKEN_VERIFYING_KEYS", default="").split("|") if key]

# The first is for the passwords of staff and for client secrets that somebody chose: harder to guess than PBKDF2, in a
# fifth of the time. The last is for client secrets that we made (docs/decisions/tokens.md).
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "participants.hashers.GeneratedSecretHasher",
]

# Tokens of an external identity provider are taken when its issuer and key set are named.
EXTERNAL_ISSUER = env("EXTERNAL_ISSUER", default="")
EXTERNAL_JWKS_URL = env("EXTERNAL_JWKS_URL", default="")
EXTERNAL_AUDIENCE = env("EXTERNAL_AUDIENCE", default="")
EXTERNAL_TOKEN_URL = env("EXTERNAL_TOKEN_URL", default="")

# Failed attempts at /auth/token, by client and address, and by address alone, before it answers 429.
TOKEN_ATTEMPTS_PER_CLIENT = env.int("TOKEN_ATTEMPTS_PER_CLIENT", default=10)
TOKEN_ATTEMPTS_PER_ADDRESS = env.int("TOKEN_ATTEMPTS_PER_ADDRESS", default=100)
TOKEN_ATTEMPTS_WINDOW = timedelta(seconds=env.int("TOKEN_ATTEMPTS_WINDOW_SECONDS", default=300))
# How many proxies stand in front and append to X-Forwarded-For; 0 believes the connection alone.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# -- Reports --------------------------------------------------------------------------------------------------

MAX_READINGS = env.int("MAX_READINGS", default=50_000)  # values in one report
REPORT_MONTHS_AHEAD = env.int("REPORT_MONTHS_AHEAD", default=3)  # that have their partition before they begin
REPORT_RETENTION_MONTHS = env.int(
    "REPORT_RETENTION_MONTHS", default=0
)  # whole months that are kept; 0 keeps all

# -- Polling --------------------------------------------------------------------------------------------------

KEEP_ANSWERS = env.bool("KEEP_ANSWERS", default=True)
KEPT_ANSWERS_BYTES = env.int("KEPT_ANSWERS_BYTES", default=64 << 20)
KEPT_TOKENS_BYTES = env.int("KEPT_TOKENS_BYTES", default=48 << 20)
SHARED_VERSIONS = Path(env("SHARED_VERSIONS", default=str(HOME.shared_versions)))
# Seconds that a VEN's own HTTP cache may keep an answer, give or take half; 0 asks it to come back every time.
POLL_MAX_AGE = env.int("POLL_MAX_AGE", default=4)

# -- Calls to addresses that clients name ---------------------------------------------------------------------

# In seconds: a whole call, and the connection. The standard recommends 10 to 30 (3.1.0 Definition, "Webhooks").
CALLBACK_TIMEOUT = env.float("CALLBACK_TIMEOUT_SECONDS", default=10.0)
CALLBACK_CONNECT_TIMEOUT = env.float("CALLBACK_CONNECT_TIMEOUT_SECONDS", default=5.0)
CALLBACK_MAX_ANSWER_BYTES = env.int("CALLBACK_MAX_ANSWER_BYTES", default=64 << 10)
CALLBACK_ALLOWED_NETWORKS = [ip_network(each) for each in env.list("CALLBACK_ALLOWED_NETWORKS", default=[])]
CALLBACK_CA_FILE = env("CALLBACK_CA_FILE", default="")
MAX_CALLBACKS = env.int("MAX_CALLBACKS", default=10)  # different URLs of one subscription
MAX_OBJECT_OPERATIONS = env.int("MAX_OBJECT_OPERATIONS", default=100)  # of one subscription
# For a laboratory. Each takes away one check of 3.1.0, the second one the check of addresses in 3.0.1 as well.
UNSAFE_CALLBACKS_OVER_HTTP = env.bool("UNSAFE_CALLBACKS_OVER_HTTP", default=False)
UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = env.bool("UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES", default=False)
UNSAFE_CALLBACKS_WITHOUT_CHALLENGE = env.bool("UNSAFE_CALLBACKS_WITHOUT_CHALLENGE", default=False)

# Seal what has to be read again, such as bearer tokens of subscriptions; the first one seals, all of them open. Without
# any, and behind them, SECRET_KEY and its fallbacks do (vtn/sealing.py).
SEALING_KEYS = env.list("SEALING_KEYS", default=[])

# -- Deliveries -----------------------------------------------------------------------------------------------

# A failed delivery is tried again after this many seconds, each time after twice as many but never more than the second
# number, and given up after the third. What is given up stays, and can be sent again by hand.
DELIVERY_RETRY_FIRST = env.float("DELIVERY_RETRY_FIRST_SECONDS", default=5.0)
DELIVERY_RETRY_MOST = env.float("DELIVERY_RETRY_MOST_SECONDS", default=3_600.0)
DELIVERY_GIVE_UP_AFTER = env.float("DELIVERY_GIVE_UP_AFTER_SECONDS", default=86_400.0)
# A worker that says nothing for this long is taken for dead, and others send what it had taken.
DELIVERY_LEASE = env.float("DELIVERY_LEASE_SECONDS", default=60.0)
# A host that fails this often in a row is left alone for so many seconds, then for longer, at most for the last number.
CIRCUIT_THRESHOLD = env.int("CIRCUIT_THRESHOLD", default=5)
CIRCUIT_FIRST = env.float("CIRCUIT_FIRST_SECONDS", default=30.0)
CIRCUIT_MOST = env.float("CIRCUIT_MOST_SECONDS", default=600.0)
# A callback that has failed for this long is called broken, to its owner and to staff.
CALLBACK_BROKEN_AFTER = env.float("CALLBACK_BROKEN_AFTER_SECONDS", default=3_600.0)
# After a change of its signing key, a subscription's old one signs as well for so long.
SIGNING_KEY_OVERLAP = env.float("SIGNING_KEY_OVERLAP_SECONDS", default=86_400.0)
BACKEND_TIMEOUT = env.float("BACKEND_TIMEOUT_SECONDS", default=25.0)  # of one push, whatever the backend does
DELIVERED_DAYS = env.int("DELIVERED_DAYS", default=7)  # that deliveries stay which have arrived
DEAD_DAYS = env.int("DEAD_DAYS", default=90)  # and those that were given up

# -- Licences -------------------------------------------------------------------------------------------------

# What the `duration` of a licence is counted in: months, years or days. Eniris does not say.
LICENCE_DURATION_UNIT = env("LICENCE_DURATION_UNIT", default="months")
# Whether a limit above what a controller is licensed for is noted ("warn"), or not pushed ("refuse").
LICENCE_LIMIT = env("LICENCE_LIMIT", default="warn")
# Staff are told so many days before a licence ends; without addresses nobody is.
LICENCE_REMINDER_DAYS = [int(days) for days in env.list("LICENCE_REMINDER_DAYS", default=["30", "7", "1"])]
LICENCE_REMINDER_TO = env.list("LICENCE_REMINDER_TO", default=[])

# -- Ecosuite's DR API ----------------------------------------------------------------------------------------

# The name of the program that its events belong to; it is made with the first of them.
ECOSUITE_PROGRAM = env("ECOSUITE_PROGRAM", default="ecosuite-dr")
# How long after the end of a DR event it is kept who was told of it; 0 keeps all.
DR_NOTIFICATION_DAYS = env.int("DR_NOTIFICATION_DAYS", default=365)
CONTACT_TIMEOUT = env.float("CONTACT_TIMEOUT_SECONDS", default=20.0)  # of one message, whatever way it goes

# -- Mail -----------------------------------------------------------------------------------------------------

# smtp://user:password@host:25, smtp+tls://…:587, smtp+ssl://…:465; without one, mails are printed.
_MAIL = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _MAIL["EMAIL_HOST"] or "localhost", _MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"] or "", _MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = "EMAIL_USE_TLS" in _MAIL, "EMAIL_USE_SSL" in _MAIL
EMAIL_FILE_PATH = _MAIL["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT_SECONDS", default=10)
DEFAULT_FROM_EMAIL = env("MAIL_FROM", default="vtn@localhost")

# -- Tariffs --------------------------------------------------------------------------------------------------

# Whose days and clocks timings are asked about, where the question names no zone.
TARIFFS_TIME_ZONE = ZoneInfo(env("TARIFFS_TIME_ZONE", default=TIME_ZONE))
# Whoever calls /jsonrpc from there needs no credentials, not to write either.
TARIFFS_TRUSTED_NETWORKS = [ip_network(each) for each in env.list("TARIFFS_TRUSTED_NETWORKS", default=[])]

# -- Watching it ----------------------------------------------------------------------------------------------

METRICS_TOKEN = env("METRICS_TOKEN", default="")  # whoever shows it reads /metrics; without one there is none

# -- Discovery on the local network ---------------------------------------------------------------------------

# Read by vtn/launcher/services.py as well, which starts what announces.
MDNS = env.bool("MDNS", default=False)
MDNS_URL = env("MDNS_URL", default="")  # as VENs reach it; without it, http and the name of this machine
MDNS_ADDRESSES = env.list("MDNS_ADDRESSES", default=[])  # without any, those that the web server listens on

# -- MQTT -----------------------------------------------------------------------------------------------------

# The broker as the VTN reaches it (docs/mqtt.md), and as VENs do. Without either /notifiers names webhooks alone, and
# the topic endpoints answer 404.
MQTT_URL = env("MQTT_URL", default="")
MQTT_URIS = env.list("MQTT_URIS", default=announced_uris(MQTT_URL))
MQTT_AUTHENTICATION = env("MQTT_AUTHENTICATION", default="OAUTH2_BEARER_TOKEN")
MQTT_USERNAME = env("MQTT_USERNAME", default="{clientID}")
MQTT_CA_FILE = env("MQTT_CA_FILE", default="")
MQTT_VERSION = env("MQTT_VERSION", default="5")
MQTT_TIMEOUT = env.float("MQTT_TIMEOUT_SECONDS", default=10.0)
MQTT_CERTIFICATE_DAYS = env.int("MQTT_CERTIFICATE_DAYS", default=30)
# Who may read what is told to Mosquitto's dynamic security plugin, unless the broker asks us, with this secret.
MQTT_DYNAMIC_SECURITY = env.bool(
    "MQTT_DYNAMIC_SECURITY", default=bool(MQTT_URL) and MQTT_AUTHENTICATION != "OAUTH2_BEARER_TOKEN"
)
MQTT_CALLBACK_SECRET = env("MQTT_CALLBACK_SECRET", default="")

# -- Celery ---------------------------------------------------------------------------------------------------

# Celery spells a socket differently from redis-py.
CELERY_BROKER_URL = env("REDIS_URL", default=HOME.broker_url).replace("unix://", "redis+socket://", 1)
# Packages of their own, where Celery does not look.
CELERY_IMPORTS = ["participants.mqtt.tasks", "events.dr_events.tasks"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# Redis gives back what a dead worker took after this long; kombu's own sweep would add 100 s to it.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60, "unacked_restore_throttle": 1}
# What is to be told at once has workers of its own, so that nothing long is in its way.
CELERY_TASK_ROUTES = {
    "vtn.tasks.carry_out": {"queue": "deliveries"},
    "vtn.tasks.sweep": {"queue": "deliveries"},
    "participants.mqtt.tasks.publish": {"queue": "deliveries"},
    "participants.mqtt.tasks.bring_access_up_to_date": {"queue": "deliveries"},
    "participants.mqtt.tasks.follow_up_access": {"queue": "deliveries"},
    # What happens at its second too.
    "events.tasks.turn": {"queue": "clock"},
}
CELERY_BEAT_SCHEDULE = {
    "send what nobody was woken for": {
        "task": "vtn.tasks.sweep",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "turn what the clock has to do with events": {
        "task": "events.tasks.turn",
        "schedule": timedelta(seconds=0.5),
        "options": {"expires": 2},
    },
    "tell participants of DR events": {
        "task": "events.dr_events.tasks.notify",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 5},
    },
    "publish to MQTT what nobody was woken for": {
        "task": "participants.mqtt.tasks.publish",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "tell the MQTT broker who may read what": {
        "task": "participants.mqtt.tasks.bring_access_up_to_date",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "publish what tariffs ask tomorrow, and what has changed of today": {
        "task": "tariffs.tasks.publish_due",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "make months for reports, and drop old ones": {
        "task": "events.tasks.look_after_report_months",
        "schedule": timedelta(hours=24),
    },
    "forget objects that were deleted long ago": {
        "task": "vtn.tasks.delete_old_tombstones",
        "schedule": timedelta(hours=24),
    },
    "delete deliveries that ended long ago": {
        "task": "vtn.tasks.delete_old_deliveries",
        "schedule": timedelta(hours=1),
    },
    # Each hour, so that no day is missed however often beat begins anew; each reminder is sent once.
    "remind staff of licences that end soon": {
        "task": "licensing.tasks.remind",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "forget who was told of DR events that ended long ago": {
        "task": "events.dr_events.tasks.forget_old_notifications",
        "schedule": timedelta(hours=24),
    },
    "delete secrets that expired long ago": {
        "task": "participants.tasks.delete_expired_secrets",
        "schedule": timedelta(hours=24),
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    # A line for each refused request would let strangers fill the disk.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
