"""What is removed of a person who is forgotten, and the tombstones that keep older news of them out."""

from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.storage.known import learn
from messaging.storage.tables import known_consents, known_contacts, known_persons, list_contacts, list_members

# A chunk that nobody holds is a dead worker's: what lies in its hand is not being sent any more.
_IS_BEING_SENT = text(
    """
    SELECT EXISTS (
        SELECT FROM chunks WHERE done_at IS NULL AND in_hand @> ARRAY[CAST(:tag AS bytea)]
            AND NOT pg_try_advisory_xact_lock(hashtextextended(id::text, 0))
    )
    """
)
# By send, since no index knows a mailbox: whoever is forgotten is so seldom, and copies are made often.
_WITHHOLD = text(
    """
    UPDATE deliveries d SET state = 'withheld', reason = 'erased', changed_at = now()
    FROM sends s WHERE d.send_id = s.id AND d.tag = :tag AND d.state = 'queued'
    """
)
# Each gets a tag of its own that means nothing: that so many were sent stays true, to whom is gone.
_UNLINK = text(
    """
    UPDATE deliveries d SET tag = uuid_send(gen_random_uuid()), contact_id = NULL
    FROM sends s WHERE d.send_id = s.id AND d.tag = :tag AND d.state <> 'queued'
    """
)


class Erasures:
    """What messaging has of one person."""

    def __init__(self, session: AsyncSession, person_id: UUID) -> None:
        self._session = session
        self._person_id = person_id

    async def hold_contact(self) -> bytes | None:
        """The tag of the person's mailbox, its row locked: a change of address waits. None where none is known."""
        query = select(known_contacts.c.tag).where(known_contacts.c.id == self._person_id)
        return await self._session.scalar(query.with_for_update())

    async def is_shared(self, tag: bytes) -> bool:
        """Whether another person has the same mailbox."""
        query = select(known_contacts.c.id).where(known_contacts.c.tag == tag, known_contacts.c.id != self._person_id)
        return (await self._session.execute(query.limit(1))).first() is not None

    async def is_being_sent(self, tag: bytes) -> bool:
        """Whether a worker has a mail to this mailbox in hand."""
        return bool(await self._session.scalar(_IS_BEING_SENT, {"tag": tag}))

    async def withhold(self, tag: bytes) -> None:
        """Ends what was queued for the mailbox."""
        await self._session.execute(_WITHHOLD, {"tag": tag})

    async def unlink_deliveries(self, tag: bytes) -> None:
        """Makes what has ended mean no mailbox any more."""
        await self._session.execute(_UNLINK, {"tag": tag})

    async def remove_contacts(self, tag: bytes) -> None:
        """Takes the mailbox off every list that it is on as an outside contact."""
        await self._session.execute(delete(list_contacts).where(list_contacts.c.tag == tag))

    async def leave_lists(self) -> None:
        """Takes the person off every list that they are on as a member."""
        await self._session.execute(delete(list_members).where(list_members.c.person_id == self._person_id))

    async def forget_consents(self) -> None:
        """To whom they said yes, or no longer."""
        await self._session.execute(delete(known_consents).where(known_consents.c.person_id == self._person_id))

    async def bury(self, version: int) -> None:
        """Rows without name and address, newer than all that was told of the person."""
        contact = {"id": self._person_id, "email": None, "tag": None, "version": version}
        await learn(self._session, known_contacts, contact)
        person = {"id": self._person_id, "display_name": "", "state": "closed", "area": None, "version": version}
        await learn(self._session, known_persons, person)
