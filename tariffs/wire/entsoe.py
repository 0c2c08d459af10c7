"""Day-ahead prices as the ENTSO-E Transparency Platform publishes them (12.1.D): Publication_MarketDocument, A44."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tariffs.prices import (
    MOST_PRICES,
    Price,
    PriceSeries,
    UnreadablePrices,
    merged,
    parse_amount,
    parse_currency,
    parse_unit,
    quoted,
)

_PRICE_DOCUMENT, _DAY_AHEAD = "A44", "A01"
_FIXED_BLOCKS, _VARIABLE_BLOCKS = "A01", "A03"
_STEPS = {
    "PT15M": timedelta(minutes=15),
    "PT30M": timedelta(minutes=30),
    "PT60M": timedelta(hours=1),
    "PT1H": timedelta(hours=1),
}
_SEQUENCE = "classificationSequence_AttributeInstanceComponent.position"


def read(document: bytes) -> PriceSeries:
    """Raises `UnreadablePrices`."""
    root = _root(document)
    chosen, remarks = _day_ahead(root.findall("{*}TimeSeries"))
    product = _one_product(chosen)
    curves = [
        _Curve.parse(period, _text(series, "curveType", default=_FIXED_BLOCKS))
        for series in chosen
        for period in series.findall("{*}Period")
    ]
    if sum(curve.length for curve in curves) > MOST_PRICES:
        raise UnreadablePrices(f"the document holds more than {MOST_PRICES} prices")
    prices = merged(price for curve in curves for price in curve.prices())
    if not prices:
        raise UnreadablePrices("the document holds no prices")
    return PriceSeries(
        prices=prices,
        currency=parse_currency(product.currency),
        unit=parse_unit(product.unit),
        remarks=(*remarks, *(remark for curve in curves for remark in curve.remarks())),
    )


class _Product(NamedTuple):
    """What has to be the same in all series of a document: else there is no one price."""

    area: str
    currency: str
    unit: str


@dataclass(frozen=True)
class _Curve:
    """A Period: amounts by their position on a grid, the first of which is 1."""

    starts_at: datetime
    step: timedelta
    length: int
    points: dict[int, Decimal]

    @classmethod
    def parse(cls, period: Element, curve_type: str) -> _Curve:
        starts_at, ends_at = (_moment(_text(period, f"timeInterval/{name}")) for name in ("start", "end"))
        resolution = _text(period, "resolution")
        step = _STEPS.get(resolution)
        if step is None:
            raise UnreadablePrices(f"the resolution {quoted(resolution)} is none of {', '.join(_STEPS)}")
        length, rest = divmod(ends_at - starts_at, step)
        if rest or length <= 0:
            raise UnreadablePrices(f"the Period at {_shown(starts_at)} is no number of {resolution} long")
        curve = cls(starts_at, step, length, _points(period))
        curve.require_whole(curve_type)
        return curve

    def require_whole(self, curve_type: str) -> None:
        """With curve type A03 a point that is left out repeats the one before, so the first one must be there;
        with A01, which is meant where none is named, all of them must."""
        if curve_type not in (_FIXED_BLOCKS, _VARIABLE_BLOCKS):
            raise UnreadablePrices(f"the curve type {quoted(curve_type)} is neither A01 nor A03")
        needed = range(1, self.length + 1 if curve_type == _FIXED_BLOCKS else 2)
        missing = next((position for position in needed if position not in self.points), None)
        if missing is not None:
            raise UnreadablePrices(f"the Period at {_shown(self.starts_at)} has no point {missing}")

    def prices(self) -> Iterator[Price]:
        amount = self.points[1]
        for position in range(1, self.length + 1):
            amount = self.points.get(position, amount)
            yield Price(self.starts_at + (position - 1) * self.step, self.step, amount)

    def remarks(self) -> Iterator[str]:
        """A point after the end of its Period contradicts it; the Period is believed, as other readers do not
        agree on such points and the next Period may begin there."""
        for position in sorted(self.points):
            if position > self.length:
                yield (
                    f"point {position} of the Period at {_shown(self.starts_at)} was left out:"
                    f" the Period ends after point {self.length}"
                )


def _root(document: bytes) -> Element:
    try:
        root = fromstring(document, forbid_dtd=True)
    except DefusedXmlException:
        raise UnreadablePrices(
            "the document declares a document type or entities, which are not read"
        ) from None
    except ParseError as error:
        raise UnreadablePrices(f"this is not a whole XML document: {error}") from None
    except (ValueError, LookupError):
        raise UnreadablePrices("this is not an XML document: its text has an unknown encoding") from None
    name = root.tag.rpartition("}")[2]
    if name == "Acknowledgement_MarketDocument":
        reason = root.findtext("{*}Reason/{*}text", default="no reason given")
        raise UnreadablePrices(f"ENTSO-E sent no prices: {quoted(reason)}")
    if name != "Publication_MarketDocument":
        raise UnreadablePrices(f"the document is a {quoted(name)}, not a Publication_MarketDocument")
    if _text(root, "type") != _PRICE_DOCUMENT:
        raise UnreadablePrices(f"the document's type is {quoted(_text(root, 'type'))}, not A44")
    return root


def _day_ahead(series: list[Element]) -> tuple[list[Element], list[str]]:
    """The series with the price of the day-ahead market, and remarks about the others.

    Intraday auctions have the same document type. Several day-ahead auctions of one area are numbered, the common
    European one first whatever the order in the document; with Germany's 1 comes EXAA's 2.
    """
    kinds = [_text(one, "contract_MarketAgreement.type", default=_DAY_AHEAD) for one in series]
    day_ahead = [one for one, kind in zip(series, kinds, strict=True) if kind == _DAY_AHEAD]
    if not day_ahead:
        raise UnreadablePrices("the document holds no series of day-ahead prices")
    numbers = [_number(_text(one, _SEQUENCE, default="1")) for one in day_ahead]
    chosen = [one for one, number in zip(day_ahead, numbers, strict=True) if number == min(numbers)]
    remarks = [
        f"a series with the market agreement {quoted(kind)} was left out"
        for kind in kinds
        if kind != _DAY_AHEAD
    ]
    remarks += [f"a series of auction {number} was left out" for number in numbers if number != min(numbers)]
    return chosen, list(dict.fromkeys(remarks))


def _one_product(series: list[Element]) -> _Product:
    products = {
        _Product(
            area=_text(one, "in_Domain.mRID", default=""),
            currency=_text(one, "currency_Unit.name"),
            unit=_text(one, "price_Measure_Unit.name"),
        )
        for one in series
    }
    if len(products) > 1:
        names = " and ".join(sorted(" ".join(product) for product in products))
        raise UnreadablePrices(f"the document mixes {quoted(names)}")
    return products.pop()


def _points(period: Element) -> dict[int, Decimal]:
    """In no order: that of the positions is meant, not that of the document."""
    points: dict[int, Decimal] = {}
    for point in period.findall("{*}Point"):
        position = _number(_text(point, "position"))
        if position in points:
            raise UnreadablePrices(f"a Period has two points {position}")
        points[position] = parse_amount(_text(point, "price.amount"))
    return points


def _text(element: Element, path: str, default: str | None = None) -> str:
    """The text below an element, in whatever version of the namespace."""
    text = element.findtext("/".join(f"{{*}}{name}" for name in path.split("/")), default)
    if text is None:
        raise UnreadablePrices(f"{path} is missing in a {element.tag.rpartition('}')[2]}")
    return text.strip()


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,6}", text, re.ASCII):
        raise UnreadablePrices(f"{quoted(text)} is not a position such as 1")
    return int(text)


def _moment(text: str) -> datetime:
    if not re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d(:00)?Z", text, re.ASCII):
        raise UnreadablePrices(f"{quoted(text)} is not a time such as 2024-10-07T22:00Z")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise UnreadablePrices(f"{quoted(text)} is not a time") from None


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"
