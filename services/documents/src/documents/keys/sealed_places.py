"""Where something rests under a group's key: one line for each, and a new epoch reaches it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Row, Table

from documents.keys import wrapping
from documents.keys.wrapping import GroupKey
from documents.storage.key_messages import TextKind
from documents.storage.tables import documents, folders, release_wraps, versions

Values = Row[Any]  # Any: a row of any of the tables below
Move = Callable[[GroupKey, GroupKey, Values, bytes], bytes]
"""What was sealed under the first key, sealed under the second. Raises DoesNotFit."""


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """Rows of a table that lie under the epoch that one column names, and how each sealed column is moved."""

    table: Table
    epoch: str
    sealed: Mapping[str, Move]
    bound_to: tuple[str, ...] = ()
    """The columns, besides the row's id, that are needed to open it."""

    @property
    def id(self) -> Column[Any]:  # Any: the column's own type, which is a UUID
        (column,) = self.table.primary_key
        return self.table.c[column.name]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.epoch}"


def _version_key(old: GroupKey, new: GroupKey, row: Values, wrapped: bytes) -> bytes:
    if not wrapped:
        return wrapped  # destroyed: there is nothing to move
    before = wrapping.place_of_document_key(old.group_id, row.document_id, row.id, old.epoch)
    after = wrapping.place_of_document_key(new.group_id, row.document_id, row.id, new.epoch)
    return wrapping.wrap(new.key, after, wrapping.unwrap(old.key, before, wrapped))


def _release_key(old: GroupKey, new: GroupKey, row: Values, wrapped: bytes) -> bytes:
    of = (row.release_id, old.group_id, row.document_id, row.version_id)
    key = wrapping.unwrap(old.key, wrapping.place_of_release_key(*of, old.epoch), wrapped)
    return wrapping.wrap(new.key, wrapping.place_of_release_key(*of, new.epoch), key)


def _text(kind: TextKind, of: str = "id") -> Move:
    """A text of this kind, bound to what the column `of` names."""

    def move(old: GroupKey, new: GroupKey, row: Values, sealed: bytes) -> bytes:
        bound_to = getattr(row, of)
        return wrapping.seal_text(new, bound_to, kind, wrapping.open_text(old, bound_to, kind, sealed))

    return move


# Each also needs its rights and policy (storage/tables.py, the migration) and a foreign key to its epoch's key.
SEALED_PLACES = (
    SealedPlace(versions, "key_epoch", {"wrapped_key": _version_key}, ("document_id",)),
    SealedPlace(
        documents,
        "texts_epoch",
        {
            "sealed_name": _text(TextKind.NAME),
            "sealed_description": _text(TextKind.DESCRIPTION),
            "sealed_tags": _text(TextKind.TAGS),
        },
    ),
    SealedPlace(folders, "texts_epoch", {"sealed_name": _text(TextKind.FOLDER)}),
    SealedPlace(release_wraps, "epoch", {"wrapped": _release_key}, ("document_id", "version_id")),
    SealedPlace(release_wraps, "name_epoch", {"sealed_name": _text(TextKind.NAME, "document_id")}, ("document_id",)),
    SealedPlace(release_wraps, "note_epoch", {"sealed_note": _text(TextKind.NOTE, "release_id")}),
)
