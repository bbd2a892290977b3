"""A release is forwarded to a mailing list: one secret link for each recipient (P21)."""

from datetime import datetime

from shared.contracts.documents import ReleaseCreated
from shared.contracts.messaging import ReleaseLinksIssued
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from messaging.domain.audience import Audience, Part, PartKind
from messaging.domain.errors import ListOfAnotherGroup
from messaging.domain.sends import LINKS_AT_ONCE, SendKind
from messaging.keyring import Keyring
from messaging.storage.known import group_name
from messaging.storage.lists import Lists
from messaging.storage.sends import add_send, make_chunks, recipient_refs
from messaging.use_cases.release_links import release_links

HEAD_START_SECONDS = 2.0
"""What documents gets to learn the links before the mails go. One that is early reads as one that does not work."""


async def forward_release(uow: UnitOfWork, keyring: Keyring, release: ReleaseCreated, now: datetime) -> None:
    """Makes the recipients, tells documents the digests of their secrets, and queues the mails; once per release.

    Raises ListOfAnotherGroup.
    """
    async with uow:
        if await Lists(uow.session, release.group_id).name(release.list_id) is None:
            raise ListOfAnotherGroup
        send_id = new_id()
        is_new = await add_send(
            uow,
            send_id=send_id,
            kind=SendKind.RELEASE,
            group_id=release.group_id,
            list_id=release.list_id,
            audience=Audience([Part(PartKind.LIST, ref=release.list_id)]),
            release_id=release.release_id,
            expires_at=release.expires_at,
            now=now,
        )
        if not is_new:
            return
        await make_chunks(uow, send_id, refs=True, after_seconds=HEAD_START_SECONDS)
        name = await group_name(uow.session, release.group_id) or "A group"
        refs = await recipient_refs(uow.session, send_id)
        for version, first in enumerate(range(0, len(refs), LINKS_AT_ONCE), start=1):
            links = release_links(keyring, release.release_id, name, refs[first : first + LINKS_AT_ONCE])
            uow.record(
                ReleaseLinksIssued(
                    release_id=release.release_id, group_id=release.group_id, links=links, version=version
                )
            )
