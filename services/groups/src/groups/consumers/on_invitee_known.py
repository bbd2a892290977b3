"""A confirmed address, as a tag: whoever was invited under it is invited now."""

from shared.clock import now
from shared.contracts.identity import InviteeKnown
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchGroup
from groups.storage.groups import Groups
from groups.storage.invitations import groups_inviting, hold_tags, use_up
from groups.storage.known import learn
from groups.storage.tables import known_invitees
from groups.use_cases.invite import give_invitation


async def on_invitee_known(event: InviteeKnown, uow: UnitOfWork, _resources: object) -> None:
    moment = now()
    async with uow:
        await hold_tags(uow.session, event.email_tag)
        row = {"id": event.person_id, "email_tag": event.email_tag, "version": event.version}
        if not await learn(uow.session, known_invitees, row):
            return
        for group_id in await groups_inviting(uow.session, event.email_tag, moment):
            try:
                await Groups(uow.session).locked(group_id)
            except NoSuchGroup:
                continue  # archived meanwhile
            await give_invitation(uow, group_id, event.person_id, moment)
            await use_up(uow.session, group_id, event.email_tag)
