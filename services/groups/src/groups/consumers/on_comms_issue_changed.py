"""A member cannot be reached, or can again."""

from shared.contracts.messaging import CommsIssueChanged
from shared.db.unit_of_work import UnitOfWork

from groups.storage.known import hold_open_account, learn
from groups.storage.tables import known_comms_issues


async def on_comms_issue_changed(event: CommsIssueChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {"id": event.issue_id, "person_id": event.person_id, "state": event.state, "version": event.version}
    async with uow:
        if await hold_open_account(uow.session, event.person_id):
            await learn(uow.session, known_comms_issues, row)
