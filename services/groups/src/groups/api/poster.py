"""A poster as SVG, an A4 page in millimetres: the group's name, a QR code, and what a neighbour finds behind it."""

from html import escape
from textwrap import wrap

import segno

_NAME_LETTERS, _URL_LETTERS = 22, 60
_LINE_MM = 14
_LONGEST_NAME_LINES = 4


def poster(name: str, url: str) -> str:
    """The page. Its QR code stays readable with a quarter of it covered."""
    lines = wrap(name, _NAME_LETTERS, break_long_words=True)
    if len(lines) > _LONGEST_NAME_LINES:
        lines = [*lines[: _LONGEST_NAME_LINES - 1], f"{lines[_LONGEST_NAME_LINES - 1][: _NAME_LETTERS - 1]}…"]
    title = "".join(_text(line, 32 + _LINE_MM * row, 12) for row, line in enumerate(lines))
    code = segno.make(url, error="q", micro=False).svg_inline(omitsize=True, light="#fff", title="QR code")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297" '
        'font-family="sans-serif"><rect width="210" height="297" fill="#fff"/>'
        f'{title}<svg x="45" y="92" width="120" height="120">{code}</svg>'
        f"{_text('Is this group genuine?', 230, 9)}"
        f"{_text('Scan the code: it says whether police or OurWatch vouch for it today.', 243, 5)}"
        f"{_text(url, 256, 4)}{_text('OurWatch', 280, 7)}</svg>"
    )


def _text(value: str, y: int, size: int) -> str:
    fitted = ' textLength="190" lengthAdjust="spacingAndGlyphs"' if len(value) > _URL_LETTERS and size < 5 else ""
    return f'<text x="105" y="{y}" font-size="{size}" text-anchor="middle"{fitted}>{escape(value)}</text>'
