"""Everything that identity holds of a person, on one page: what its owner may see, and what erasing leaves (P29)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.storage import tables


@dataclass(frozen=True, slots=True)
class Personal:
    """The rows of one table that belong to a person. `kept` is why erasing leaves them; without it they go."""

    table: Table
    whose: Callable[[UUID], ColumnElement[bool]]
    shown: tuple[str, ...]
    kept: str | None = None


def _rows(table: Table, owner: str, *shown: str, kept: str | None = None) -> Personal:
    return Personal(table, lambda person_id: table.c[owner] == person_id, shown, kept)


def _rows_of_sessions(table: Table, *shown: str) -> Personal:
    def whose(person_id: UUID) -> ColumnElement[bool]:
        mine = select(tables.sessions.c.id).where(tables.sessions.c.account_id == person_id)
        return table.c.session_id.in_(mine)

    return Personal(table, whose, shown)


# fmt: off
# ruff: noqa: E501 - a table reads across
PERSONAL: tuple[Personal, ...] = (
    _rows(tables.accounts, "id", "id", "plane", "email", "shared_as", "display_name", "state", "created_at", "area", "organisation_id", "role", "areas", "version", "password_is_long", "mails_codes", "last_active_at", "warned_at", "notice_sent_at", kept="emptied: its id says that somebody acted, and of nobody who"),
    _rows(tables.authenticators, "account_id", "confirmed_at", "last_step", "pending_at"),
    _rows(tables.passkeys, "account_id", "id", "label", "added_at", "last_used_at", "sign_count"),
    _rows(tables.recovery_codes, "account_id", "used_at"),
    _rows(tables.mailed_codes, "account_id", "asked_at", "made_at", "tries", "used_at"),
    _rows(tables.challenges, "account_id", "purpose", "made_at"),
    _rows(tables.email_changes, "account_id", "new_email", "new_shared_as", "begun_at", "effective_at"),
    _rows(tables.appointments, "person_id", "organisation_id", "areas", "appointed_by", "appointed_at", "until", "ended_at", "declared_at", "version", kept="ended: what a coordinator marked stays proved (P6)"),
    _rows(tables.appointment_offers, "person_id", "id", "email", "organisation_id", "areas", "asked_by", "asked_at", "until", "ended_at"),
    _rows(tables.provider_subjects, "account_id", "organisation_id", "issuer", "subject", "linked_at"),
    _rows(tables.consents, "person_id", "id", "organisation_id", "is_given", "since", "version"),
    _rows(tables.consent_receipts, "person_id", "id", "organisation_id", "is_given", "at", "wording_version", kept="proves what an organisation was allowed, by an id that means nobody"),
    _rows_of_sessions(tables.refresh_tokens, "session_id", "issued_at", "replaced_at"),
    _rows_of_sessions(tables.browser_sessions, "session_id", "made_at", "replaced_at"),
    _rows(tables.sessions, "account_id", "id", "plane", "role", "organisation_id", "assurance", "authenticated_at", "opened_at", "last_used_at", "areas", "ended_at", "device_id", "remembered", "recovered_at", kept="ended: the gateway must hear of it"),
    _rows(tables.devices, "account_id", "id", "label", "first_used_at", "last_used_at", "remembered", "forgotten_at"),
    _rows(tables.links, "account_id", "purpose", "expires_at", "used_at"),
    _rows(tables.ledger, "account_id", "id", "at", "kind", "details"),
    _rows(tables.contact_looks, "person_id", "id", "organisation_id", "role", "purpose", "group_id", "at", kept="without the person: a digest is left, whose salt was kept nowhere (P17)"),
    _rows(tables.mail_queue, "account_id", "id", "kind", "due_at", "attempts", "address", "details"),
    _rows(tables.erasures, "person_id", "requested_at", "told_at", "finished_at", kept="proves the erasure itself"),
    _rows(tables.erasure_answers, "person_id", "service", "done_at", kept="proves the erasure itself"),
    _rows(tables.known_offices, "person_id", "id", "group_id", "office", "since", "is_held", "version", kept="groups tells that it has ended"),
    _rows(tables.recovery_vouches, "voucher_id", "recovery_id", "at", kept="proves that somebody else's recovery was vouched for"),
    _rows(tables.recoveries, "account_id", "id", "reference", "asked_at", "expires_at", "waits_until", "stopped_at", "used_at"),
)
# fmt: on


async def everything_of(session: AsyncSession, person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What may be shown of all rows of a person, by table. Values are as the columns give them."""
    found = {}
    for personal in PERSONAL:
        shown = [personal.table.c[name] for name in personal.shown]
        rows = await session.execute(select(*shown).where(personal.whose(person_id)))
        found[personal.table.name] = [dict(row) for row in rows.mappings()]
    return found


async def remove_personal(session: AsyncSession, person_id: UUID) -> None:
    """Removes the person's rows from every table whose rows do not stay, and the person from those that do.

    The account's row says already that it is erased: the database takes nobody else out of what is written down.
    """
    for personal in PERSONAL:
        if personal.kept is None and personal.table not in tables.WRITTEN_DOWN:
            await session.execute(delete(personal.table).where(personal.whose(person_id)))
    await session.execute(select(func.forget_written_down(person_id)))
