"""A report as a drawing that is read aloud as its table is: SVG without script or anything from elsewhere."""

from collections.abc import Sequence
from html import escape
from typing import Final

from fastapi import Response

from messaging.storage.reports import WardFigures

_STATES: Final = (("sent", "#1d70b8"), ("queued", "#b1b4b6"), ("withheld", "#f47738"), ("failed", "#d4351c"))
_ROW, _BAR, _LEFT, _WIDTH = 28, 18, 260, 420
OTHERS: Final = "Other wards, and where the ward is not known"


def report_chart(wards: Sequence[WardFigures]) -> Response:
    """One bar for each ward, in the order given; each of its parts says what it counts."""
    most = max((sum(_counts(ward)) for ward in wards), default=1)
    rows = "".join(_row(number, ward, most) for number, ward in enumerate(wards, start=1))
    height = (len(wards) + 1) * _ROW + 8
    legend = "".join(
        f'<rect x="{_LEFT + place * 105}" y="6" width="12" height="12" fill="{colour}"/>'
        f'<text x="{_LEFT + place * 105 + 18}" y="16">{state}</text>'
        for place, (state, colour) in enumerate(_STATES)
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Emails by ward" font-family="sans-serif"'
        f' font-size="14" width="{_LEFT + _WIDTH + 20}" height="{height}"><title>Emails by ward</title>'
        f"{legend}{rows}</svg>"
    )
    headers = {"content-security-policy": "sandbox; default-src 'none'", "x-content-type-options": "nosniff"}
    return Response(drawing, media_type="image/svg+xml", headers=headers)


def _row(number: int, ward: WardFigures, most: int) -> str:
    name, top, left = ward.name or ward.code or OTHERS, number * _ROW, _LEFT
    parts = [f'<text x="{_LEFT - 10}" y="{top + 14}" text-anchor="end">{escape(name)}</text>']
    for (state, colour), count in zip(_STATES, _counts(ward), strict=True):
        width = round(count / most * _WIDTH)
        told = escape(f"{name}: {count} {state}")
        parts.append(
            f'<rect x="{left}" y="{top}" width="{width}" height="{_BAR}" fill="{colour}"><title>{told}</title></rect>'
        )
        left += width
    return "".join(parts)


def _counts(ward: WardFigures) -> tuple[int, int, int, int]:
    return ward.sent, ward.queued, ward.withheld, ward.failed
