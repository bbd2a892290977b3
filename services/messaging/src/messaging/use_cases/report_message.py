"""Those who sent a message see how it stands, by ward; nobody else does (P5)."""

from collections.abc import Sequence
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.errors import NothingHere
from messaging.domain.permissions import need_officer, organisation_of
from messaging.keyring import Keyring
from messaging.storage.messages import Messages
from messaging.storage.reports import WardFigures, figures_by_ward


async def report_message(
    uow: UnitOfWork, keyring: Keyring, proof: GroupPass, message_id: UUID
) -> Sequence[WardFigures]:
    """The group's own message, for its officers. Raises OnlyOfficers and NothingHere."""
    need_officer(proof)
    async with uow:
        message = await Messages(uow.session, keyring).get(message_id)
        if message is None or message.group_id != proof.group_id or message.organisation_id is not None:
            raise NothingHere
        return await figures_by_ward(uow.session, message_id)


async def report_alert(uow: UnitOfWork, keyring: Keyring, staff: Principal, message_id: UUID) -> Sequence[WardFigures]:
    """An alert of the session's own organisation. Raises NothingHere for any other."""
    organisation_id = organisation_of(staff)
    async with uow:
        message = await Messages(uow.session, keyring).get(message_id)
        if message is None or message.organisation_id != organisation_id:
            raise NothingHere
        return await figures_by_ward(uow.session, message_id)
