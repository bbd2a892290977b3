"""Anybody who holds a statement asks whether it is genuine and still stands (P8)."""

from dataclasses import dataclass
from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from groups.domain.markings import Change, Entry, Standing, standing
from groups.domain.statements import Genuine, verify_marking
from groups.storage.current_markings import changed_since_grant
from groups.storage.marking_keys import read_jwks
from groups.storage.markings import Markings


@dataclass(frozen=True, slots=True)
class Checked:
    """A genuine statement and how it stands now."""

    genuine: Genuine
    standing: Standing
    organisation: str | None
    changed_since: list[Change]


async def check_marking(uow: UnitOfWork, statement: str, now: datetime) -> Checked | None:
    """What it says and how it stands; None, one and the same, for everything that we did not issue like this."""
    async with uow:
        genuine = verify_marking(statement, await read_jwks(uow.session), now)
        if genuine is None:
            return None
        entries = await Markings(uow.session).history_of(genuine.draft.marking_id)
        # Signed and then not kept (the transaction failed) was never issued.
        if not entries or entries[0].statement != statement:
            return None
        is_withdrawn = any(entry.entry is Entry.WITHDRAWAL for entry in entries)
        now_standing = standing(genuine.expires_at, is_withdrawn=is_withdrawn, now=now)
        changed = await changed_since_grant(uow.session, genuine.draft.marking_id)
        return Checked(genuine, now_standing, entries[0].organisation, changed)
