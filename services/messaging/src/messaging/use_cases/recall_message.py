"""What is not yet sent of a message is called back, by those who sent it."""

from datetime import datetime
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.errors import NothingHere
from messaging.domain.permissions import need_officer, organisation_of
from messaging.keyring import Keyring
from messaging.storage.messages import Messages
from messaging.storage.sends import chosen_for, recall
from messaging.use_cases.choose_audience import need_within


async def recall_message(uow: UnitOfWork, keyring: Keyring, proof: GroupPass, message_id: UUID, now: datetime) -> None:
    """The group's own message, by any of its officers. Repeating changes nothing. Raises OnlyOfficers, NothingHere."""
    need_officer(proof)
    async with uow:
        message = await Messages(uow.session, keyring).get(message_id)
        if message is None or message.group_id != proof.group_id or message.organisation_id is not None:
            raise NothingHere
        await recall(uow.session, message_id, proof.person_id, now)


async def recall_alert(uow: UnitOfWork, keyring: Keyring, staff: Principal, message_id: UUID, now: datetime) -> None:
    """An alert of the session's own organisation, all of it inside the session's areas (P5).

    Raises NothingHere for any other, and OutsideYourAreas.
    """
    organisation_id = organisation_of(staff)
    async with uow:
        message = await Messages(uow.session, keyring).get(message_id)
        if message is None or message.organisation_id != organisation_id:
            raise NothingHere
        chosen = await chosen_for(uow.session, message_id, organisation_id)
        await need_within(uow.session, staff.areas, chosen, also_closed=True)
        await recall(uow.session, message_id, staff.id, now)
