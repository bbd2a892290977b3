"""Officers read the group's mailing lists; nobody on the staff plane ever does (P4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.errors import NothingHere
from messaging.domain.permissions import need_forwarder, need_officer
from messaging.storage.lists import ListedContact, ListedMember, Lists, MailingList
from messaging.storage.release_recipients import ReleaseRecipient, release_recipients


@dataclass(frozen=True, slots=True)
class WholeList:
    """A list with everybody on it: contacts with the address that an officer entered, members by name alone."""

    id: UUID
    name: str
    contacts: Sequence[ListedContact]
    members: Sequence[ListedMember]


async def read_lists(uow: UnitOfWork, proof: GroupPass) -> Sequence[MailingList]:
    """The names of the lists, for officers and for whoever may forward to them."""
    need_forwarder(proof)
    async with uow:
        return await Lists(uow.session, proof.group_id).all()


async def read_list(uow: UnitOfWork, proof: GroupPass, list_id: UUID) -> WholeList:
    need_officer(proof)
    async with uow:
        lists = Lists(uow.session, proof.group_id)
        name = await lists.name(list_id)
        if name is None:
            raise NothingHere
        return WholeList(list_id, name, await lists.contacts(list_id), await lists.members(list_id))


async def read_release_recipients(
    uow: UnitOfWork, proof: GroupPass, list_id: UUID, release_id: UUID
) -> Sequence[ReleaseRecipient]:
    """Who has which link of a release, for officers (P21). Raises NothingHere for a list that is not the group's."""
    need_officer(proof)
    async with uow:
        if await Lists(uow.session, proof.group_id).name(list_id) is None:
            raise NothingHere
        return await release_recipients(uow.session, proof.group_id, list_id, release_id)
