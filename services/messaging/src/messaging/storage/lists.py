"""A group's mailing lists: outside contacts and members."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from shared.ids import new_id
from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.storage.tables import departures, known_persons, list_contacts, list_members, lists

ASKED_AGAIN_AFTER = timedelta(hours=1)
ANSWER_WITHIN = timedelta(days=14)
MOST_CONTACTS = 2000


class MailingList(NamedTuple):
    id: UUID
    name: str
    contacts: int
    members: int


class ListedContact(NamedTuple):
    id: UUID
    name: str
    email: str
    state: str


class ListedMember(NamedTuple):
    person_id: UUID
    name: str | None


# Only of who said yes: a mailbox that was typed in and waits may be that of a member who left, and nobody is to learn
# whose it is.
_HAS_LEFT = and_(
    list_contacts.c.state == "confirmed",
    exists().where(
        departures.c.scope == "list",
        departures.c.scope_id == list_contacts.c.list_id,
        departures.c.tag == list_contacts.c.tag,
    ),
)


class Lists:
    """The lists of one group; those of others are not there."""

    def __init__(self, session: AsyncSession, group_id: UUID) -> None:
        self._session = session
        self._group_id = group_id

    async def make(self, list_id: UUID, name: str, made_by: UUID, now: datetime) -> bool:
        """Whether the name was free."""
        row = {"id": list_id, "group_id": self._group_id, "name": name, "made_by": made_by, "made_at": now}
        made = insert(lists).values(row).on_conflict_do_nothing().returning(lists.c.id)
        return (await self._session.execute(made)).first() is not None

    async def all(self) -> list[MailingList]:
        """By name, each with the number of its confirmed contacts and its members."""
        confirmed = and_(list_contacts.c.list_id == lists.c.id, list_contacts.c.state == "confirmed")
        query = (
            select(
                lists.c.id,
                lists.c.name,
                select(func.count()).where(confirmed).scalar_subquery(),
                select(func.count()).where(list_members.c.list_id == lists.c.id).scalar_subquery(),
            )
            .where(lists.c.group_id == self._group_id)
            .order_by(lists.c.name)
        )
        return [MailingList(*row) for row in await self._session.execute(query)]

    async def name(self, list_id: UUID) -> str | None:
        """The name of a list of this group."""
        query = select(lists.c.name).where(lists.c.id == list_id, lists.c.group_id == self._group_id)
        return await self._session.scalar(query)

    async def hold(self, list_id: UUID) -> bool:
        """Whether the group has this list; if so it is locked, and nobody else adds to it until the commit."""
        query = select(lists.c.id).where(lists.c.id == list_id, lists.c.group_id == self._group_id)
        return await self._session.scalar(query.with_for_update()) is not None

    async def contacts(self, list_id: UUID) -> Sequence[ListedContact]:
        """Whoever is on the list from outside; who said yes and left with one click is shown as `left`."""
        query = (
            select(list_contacts.c.id, list_contacts.c.name, list_contacts.c.email, list_contacts.c.state, _HAS_LEFT)
            .where(list_contacts.c.list_id == list_id)
            .order_by(list_contacts.c.id)
        )
        rows = await self._session.execute(query)
        return [ListedContact(row[0], row[1], row[2], "left" if row[4] else row[3]) for row in rows]

    async def members(self, list_id: UUID) -> Sequence[ListedMember]:
        query = (
            select(list_members.c.person_id, known_persons.c.display_name)
            .outerjoin(known_persons, known_persons.c.id == list_members.c.person_id)
            .where(list_members.c.list_id == list_id)
            .order_by(list_members.c.added_at)
        )
        return [ListedMember(*row) for row in await self._session.execute(query)]

    async def room(self, list_id: UUID) -> int:
        """How many more contacts fit. Hold the list first, or others may take the room before you do."""
        query = select(func.count()).where(list_contacts.c.list_id == list_id)
        return max(MOST_CONTACTS - (await self._session.scalar(query) or 0), 0)

    async def known(self, list_id: UUID, tags: Sequence[bytes]) -> dict[bytes, bool]:
        """Which of the mailboxes are contacts of the list, whether or not they said yes; true for those who left it."""
        query = select(list_contacts.c.tag, _HAS_LEFT).where(
            list_contacts.c.list_id == list_id, list_contacts.c.tag.in_(tags)
        )
        return {row[0]: row[1] for row in await self._session.execute(query)}

    async def put_contact(self, list_id: UUID, name: str, email: str, tag: bytes, now: datetime) -> tuple[UUID, bool]:
        """The contact's id, and whether to ask them now: not those who said yes, nor who was asked within the hour.
        The list must be held.

        Who left the list is asked again: only their own new yes brings them back (P27).
        """
        row = {
            "id": new_id(),
            "list_id": list_id,
            "name": name,
            "email": email,
            "tag": tag,
            "state": "pending",
            "asked_at": now,
        }
        fresh = insert(list_contacts).values(row).on_conflict_do_nothing().returning(list_contacts.c.id)
        if (made := await self._session.scalar(fresh)) is not None:
            return made, True
        mine = (list_contacts.c.list_id == list_id, list_contacts.c.tag == tag)
        asked = await self._session.scalar(
            update(list_contacts)
            .where(*mine, list_contacts.c.asked_at < now - ASKED_AGAIN_AFTER)
            .where(
                (list_contacts.c.state == "pending")
                | exists().where(departures.c.scope_id == list_id, departures.c.tag == tag)
            )
            .values(asked_at=now, state="pending")
            .returning(list_contacts.c.id)
        )
        known = await self._session.scalar(select(list_contacts.c.id).where(*mine))
        assert known is not None  # noqa: S101 - inserted or in the way of it, and the list is held
        return known, asked is not None

    async def remove_contact(self, list_id: UUID, contact_id: UUID) -> bool:
        gone = delete(list_contacts).where(list_contacts.c.id == contact_id, list_contacts.c.list_id == list_id)
        return (await self._session.execute(gone.returning(list_contacts.c.id))).first() is not None

    async def put_member(self, list_id: UUID, person_id: UUID, now: datetime) -> None:
        row = {"list_id": list_id, "person_id": person_id, "added_at": now}
        await self._session.execute(insert(list_members).values(row).on_conflict_do_nothing())

    async def remove_member(self, list_id: UUID, person_id: UUID) -> bool:
        gone = delete(list_members).where(list_members.c.list_id == list_id, list_members.c.person_id == person_id)
        return (await self._session.execute(gone.returning(list_members.c.person_id))).first() is not None


async def confirm_contact(session: AsyncSession, contact_id: UUID, now: datetime) -> bool:
    """Whether the contact was waiting, and said yes in time. Their yes undoes an earlier leaving of that list."""
    confirmed = await session.execute(
        update(list_contacts)
        .where(list_contacts.c.id == contact_id, list_contacts.c.asked_at > now - ANSWER_WITHIN)
        .where(list_contacts.c.state == "pending")
        .values(state="confirmed", confirmed_at=now)
        .returning(list_contacts.c.list_id, list_contacts.c.tag)
    )
    row = confirmed.first()
    if row is None:
        return False
    await session.execute(
        delete(departures).where(
            departures.c.scope == "list", departures.c.scope_id == row[0], departures.c.tag == row[1]
        )
    )
    return True


async def list_name(session: AsyncSession, list_id: UUID) -> str | None:
    """The name of anybody's list, for a mail that goes to it."""
    return await session.scalar(select(lists.c.name).where(lists.c.id == list_id))
