"""A document version is to be forwarded to a mailing list."""

from shared.clock import now
from shared.contracts.documents import ReleaseCreated
from shared.db.unit_of_work import UnitOfWork

from messaging.bootstrap import Resources
from messaging.use_cases.forward_release import forward_release


async def on_release_created(event: ReleaseCreated, uow: UnitOfWork, resources: Resources) -> None:
    await forward_release(uow, resources.keyring, event, now())
