"""Somebody outside wrote to a group's officers."""

from shared.clock import now
from shared.contracts.groups import ContactAsked
from shared.db.unit_of_work import UnitOfWork

from messaging.bootstrap import Resources
from messaging.use_cases.pass_on_question import pass_on_question


async def on_contact_asked(event: ContactAsked, uow: UnitOfWork, resources: Resources) -> None:
    await pass_on_question(uow, resources.keyring, resources.opener, event, now())
