"""Anybody writes to the officers of a group of the directory, and sees no address."""

from datetime import datetime
from uuid import UUID

from shared.auth.sealing import Seal
from shared.contracts.groups import CONTACT_PURPOSE, ContactAsked, ContactWords
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id
from shared.mail.message import safe_address

from groups.storage.directory import find_listed
from groups.storage.standings import officers_of


async def contact_group(uow: UnitOfWork, group_id: UUID, words: ContactWords, seal: Seal, now: datetime) -> None:
    """Tells messaging, which mails it. Of a group that is not listed nothing happens, and nothing is said (P14).

    UnsafeHeader where the address could become more than one, NoSealingKey before messaging has published its key,
    whatever the group.
    """
    safe_address(words.reply_to)
    sealed = seal.seal(CONTACT_PURPOSE, words.model_dump_json())
    async with uow:
        officers = await officers_of(uow.session, group_id, now)
        if await find_listed(uow.session, group_id, now) is None:
            return
        uow.record(
            ContactAsked(
                contact_id=new_id(),
                group_id=group_id,
                officer_ids=sorted(officers),
                sealed_words=sealed,
                version=1,
            )
        )
