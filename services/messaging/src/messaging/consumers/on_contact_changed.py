"""How a person is reached; no other service is told."""

from shared.contracts.identity import ContactChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.bootstrap import Resources
from messaging.keyring import mailbox
from messaging.storage.bounces import Bounces
from messaging.storage.comms_issues import CommsIssues
from messaging.storage.known import has_another_mailbox, learn
from messaging.storage.tables import known_contacts


async def on_contact_changed(event: ContactChanged, uow: UnitOfWork, resources: Resources) -> None:
    tag = resources.keyring.mailbox_tag(event.email) if event.email else None
    row = {
        "id": event.person_id,
        "email": mailbox(event.email) if event.email else None,
        "tag": tag,
        "version": event.version,
    }
    async with uow:
        if tag is not None and await has_another_mailbox(uow.session, event.person_id, tag, event.version):
            # Another address is another beginning.
            await Bounces(uow.session).forget(tag)
        await learn(uow.session, known_contacts, row)
        for solved in await CommsIssues(uow.session).follow_address(event.person_id):
            uow.record(solved)
