"""Price documents: the real ones, and small ones made to order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

REAL = Path(__file__).resolve().parent.parent / "data" / "prices"
ONE_DAY = REAL / "BE_60M.xml"
THREE_DAYS = REAL / "BE_60M_15M_mix.xml"
PART_OF_A_DAY = REAL / "BE_15M_avg.xml"
TWO_MONTHS = REAL / "BE_hourly_2023-10_2024-03.csv"

BRUSSELS = ZoneInfo("Europe/Brussels")

# BE_60M.xml, copied by hand: 8 October 2024 in EUR/MWh, from midnight in Brussels.
HOURS_OF_8_OCTOBER = (
    "64.98 57.86 53.73 47.52 47.05 56.89 77.77 88.24 100 84.92 74.6 68.82 "
    "60.56 63.86 68.1 68.37 76.35 54.04 98.97 115.47 86.85 69.59 57.42 50"
).split()


def period(start: str, end: str, points: Sequence[tuple[object, object]], resolution: str = "PT60M") -> str:
    rendered = "".join(
        f"<Point><position>{position}</position><price.amount>{amount}</price.amount></Point>"
        for position, amount in points
    )
    return (
        f"<Period><timeInterval><start>{start}</start><end>{end}</end></timeInterval>"
        f"<resolution>{resolution}</resolution>{rendered}</Period>"
    )


def series(
    *periods: str,
    curve: str = "<curveType>A03</curveType>",
    currency: str = "EUR",
    unit: str = "MWH",
    area: str = "10YBE----------2",
    agreement: str = "A01",
    auction: str = "",
) -> str:
    sequence = "classificationSequence_AttributeInstanceComponent.position"
    return (
        f"<TimeSeries><in_Domain.mRID>{area}</in_Domain.mRID>"
        f"<contract_MarketAgreement.type>{agreement}</contract_MarketAgreement.type>"
        f"<currency_Unit.name>{currency}</currency_Unit.name>"
        f"<price_Measure_Unit.name>{unit}</price_Measure_Unit.name>"
        + (f"<{sequence}>{auction}</{sequence}>" if auction else "")
        + f"{curve}{''.join(periods)}</TimeSeries>"
    )


def document(
    *all_series: str, version: str = "7:3", root: str = "Publication_MarketDocument", kind: str = "A44"
) -> bytes:
    namespace = f"urn:iec62325.351:tc57wg16:451-3:publicationdocument:{version}"
    return f'<{root} xmlns="{namespace}"><type>{kind}</type>{"".join(all_series)}</{root}>'.encode()
