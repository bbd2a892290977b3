"""Who belongs to a group: what is queued stops for whoever no longer does, and their links open no more (P18)."""

from shared.contracts.groups import MembershipChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_memberships
from messaging.use_cases.end_links import end_links_of_member


async def on_membership_changed(event: MembershipChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.membership_id,
        "group_id": event.group_id,
        "person_id": event.person_id,
        "state": event.state,
        "version": event.version,
    }
    async with uow:
        await learn(uow.session, known_memberships, row)
        await end_links_of_member(uow, event.group_id, event.person_id)
