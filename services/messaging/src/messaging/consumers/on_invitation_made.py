"""Somebody is invited to a group, and is to be told by mail."""

from shared.clock import now
from shared.contracts.groups import INVITATION_PURPOSE, InvitationMade
from shared.db.unit_of_work import UnitOfWork

from messaging.bootstrap import Resources
from messaging.storage.invitation_mails import InvitationMails


async def on_invitation_made(event: InvitationMade, uow: UnitOfWork, resources: Resources) -> None:
    tag = resources.keyring.mailbox_tag(resources.opener.open(INVITATION_PURPOSE, event.sealed_address))
    row = {
        "id": event.invitation_id,
        "group_id": event.group_id,
        "group_name": event.group_name,
        "office": event.office,
        "sealed_address": event.sealed_address,
        "expires_at": event.expires_at,
    }
    async with uow:
        await InvitationMails(uow.session).keep(row, tag, now())
