"""Messaging says whose links of a release are to open no more."""

from shared.contracts.messaging import ReleaseLinksEnded
from shared.db.unit_of_work import UnitOfWork

from documents.bootstrap import Resources
from documents.use_cases.end_links import end_links


async def on_release_links_ended(event: ReleaseLinksEnded, uow: UnitOfWork, _resources: Resources) -> None:
    await end_links(uow, event)
