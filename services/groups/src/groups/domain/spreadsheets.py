"""Tables as CSV (RFC 4180) that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BYTE_ORDER_MARK = "\ufeff"


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Every cell in quotes, lines ended by CRLF; a byte order mark first, by which spreadsheets know UTF-8."""
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([safe_cell(cell) for cell in row] for row in rows)
    return _BYTE_ORDER_MARK + written.getvalue()


def safe_cell(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would work it out instead of showing it."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
