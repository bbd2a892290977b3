"""A person is forgotten: no name, no address, on no list, and no delivery that points to their mailbox (P29)."""

from uuid import UUID

from shared.contracts.messaging import ErasureDone
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.errors import MailUnderWay
from messaging.storage.bounces import Bounces
from messaging.storage.comms_issues import CommsIssues
from messaging.storage.erasures import Erasures
from messaging.storage.invitation_mails import InvitationMails
from messaging.storage.preferences import forget_preferences
from messaging.use_cases.end_links import end_links_of_person


async def forget_person(uow: UnitOfWork, person_id: UUID, version: int) -> None:
    """Answers `erasure_done` each time it is asked; asked again, it finds nothing left to do.

    A mailbox that somebody else has too is left as it is: what was sent to it was also theirs. That its owner left
    a list stays, as a keyed hash, so that nobody writes to them again. MailUnderWay while a worker holds one of
    their mails: nothing is changed, and the question comes again.
    """
    async with uow:
        erasures = Erasures(uow.session, person_id)
        tag = await erasures.hold_contact()
        # While their mailbox is known: afterwards no link is known to have been theirs.
        await end_links_of_person(uow, person_id)
        if tag is not None and not await erasures.is_shared(tag):
            # In this order: what a worker did not have by now, it cannot take any more.
            await erasures.withhold(tag)
            if await erasures.is_being_sent(tag):
                raise MailUnderWay
            await erasures.unlink_deliveries(tag)
            await erasures.remove_contacts(tag)
            await InvitationMails(uow.session).forget_mailbox(tag)
            await Bounces(uow.session).forget(tag)
        await erasures.leave_lists()
        await erasures.forget_consents()
        await forget_preferences(uow.session, person_id)
        await CommsIssues(uow.session).forget(person_id)
        await erasures.bury(version)
        uow.record(ErasureDone(person_id=person_id, version=version))
