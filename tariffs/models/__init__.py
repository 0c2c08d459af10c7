"""The tables of tariffs."""

from tariffs.publishing.models import Publication as Publication
from tariffs.publishing.models import PublishedDay as PublishedDay
from tariffs.rates.models import Tariff as Tariff
from tariffs.rates.models import TariffRate as TariffRate
from tariffs.rates.models import TariffVersion as TariffVersion
from tariffs.timings.models import StoredTiming as StoredTiming
