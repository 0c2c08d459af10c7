"""The admin of tariffs."""

from tariffs.admin.publications import PublicationAdmin
from tariffs.admin.tariffs import TariffAdmin
from tariffs.admin.timings import TimingAdmin
from tariffs.admin.versions import TariffVersionAdmin

__all__ = ["PublicationAdmin", "TariffAdmin", "TariffVersionAdmin", "TimingAdmin"]
