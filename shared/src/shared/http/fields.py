"""Text that people send, made safe to keep: no control characters, no lone surrogates, trimmed, never too long."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

_KEPT_CONTROLS = {"\n", "\t"}


def _line(value: str) -> str:
    if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in value):
        raise ValueError("control characters are not allowed")
    return value


def _paragraphs(value: str) -> str:
    value = value.replace("\r\n", "\n")
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in _KEPT_CONTROLS for c in value):
        raise ValueError("control characters are not allowed")
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_line)]
"""One line of text, 1 to 200 characters."""

Paragraphs = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
    AfterValidator(_paragraphs),
]
"""Text of several lines, 1 to 20,000 characters, lines ended by a line feed."""

GssCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{8}$")]
"""An area's code in the Government Statistical Service's register, such as E05009317."""


class Body(BaseModel):
    """A request body: what it does not name is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Answer(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True, from_attributes=True)
