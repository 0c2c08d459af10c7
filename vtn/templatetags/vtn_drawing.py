"""Draws lanes along the time as SVG, which needs no script and no library."""

from __future__ import annotations

from typing import Any

from django import template

from vtn.panels import Drawing

register = template.Library()

_WIDTH, _LABELS, _LANE, _TOP = 1_000, 180, 30, 20
_LONGEST_LABEL = 26


@register.inclusion_tag("admin/vtn/drawing.html")
def drawing(what: Drawing) -> dict[str, Any]:
    """The numbers of the picture: places from the left and from the top, in the units of its view box."""
    height = _TOP + _LANE * len(what.lanes)
    return {
        "title": what.title,
        "width": _WIDTH,
        "height": height,
        "top": _TOP,
        "left": _LABELS,
        "now": _x(what.now),
        "marks": [(_x(share), label) for share, label in what.marks],
        "lanes": [
            {
                "label": _shortened(lane.label),
                "y": _TOP + _LANE * place,
                "text_y": _TOP + _LANE * place + 19,
                "bar_y": _TOP + _LANE * place + 5,
                "bars": [
                    {"bar": bar, "x": _x(bar.begins), "width": round(_x(bar.ends) - _x(bar.begins), 1)}
                    for bar in lane.bars
                ],
            }
            for place, lane in enumerate(what.lanes)
        ],
    }


def _x(share: float) -> float:
    return round(_LABELS + share * (_WIDTH - _LABELS), 1)


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
