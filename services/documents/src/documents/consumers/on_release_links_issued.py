"""Messaging has made the links of a release."""

from shared.contracts.messaging import ReleaseLinksIssued
from shared.db.unit_of_work import UnitOfWork

from documents.bootstrap import Resources
from documents.use_cases.enrol_links import enrol_links


async def on_release_links_issued(event: ReleaseLinksIssued, uow: UnitOfWork, _resources: Resources) -> None:
    await enrol_links(uow, event)
