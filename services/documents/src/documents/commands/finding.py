"""What fsck reports: ids and what is wrong, never a name nor a content."""

from typing import NamedTuple
from uuid import UUID


class Finding(NamedTuple):
    """One line of the report: `kind group document version detail`, with `-` for what there is not."""

    kind: str
    group_id: UUID | None = None
    document_id: UUID | None = None
    version_id: UUID | None = None
    detail: str = "-"

    def __str__(self) -> str:
        return " ".join("-" if part is None else str(part) for part in self)
