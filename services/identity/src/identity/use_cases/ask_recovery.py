"""Somebody who lost everything asks to get their account back (P30)."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.domain.recoveries import LIFE, Recovery, new_reference
from identity.storage.accounts import Accounts
from identity.storage.ledger import Ledger
from identity.storage.links import digest
from identity.storage.mail_queue import MailQueue
from identity.storage.recoveries import Recoveries
from identity.use_cases.count_tries import Counting


@dataclass(frozen=True, slots=True)
class Asked:
    """What to read out to two fellow officers, and the secret with which the account is claimed. Shown once."""

    reference: str
    claim: str


async def ask_recovery(uow: UnitOfWork, counting: Counting, *, email: str, shared_as: str, now: datetime) -> Asked:
    """Begins a recovery of a member's account and tells its owner. For any other address the answer is the same."""
    asked = Asked(new_reference(), secrets.token_urlsafe(32))
    async with uow:
        # Counted and written for known and unknown addresses alike.
        may_ask = await counting.may_mail(uow, MailKind.RECOVERY_ASKED, email, shared_as, now)
        account = await Accounts(uow.session).by_email_for_change(email, shared_as)
        if account is None or account.is_staff or not account.is_active or not may_ask:
            return asked
        recoveries = Recoveries(uow.session)
        claim = digest(asked.claim)
        recoveries.add(Recovery(new_id(), account.id, asked.reference, claim, now, now + LIFE))
        Ledger(uow.session).write(account.id, LedgerKind.RECOVERY_ASKED, now, reference=asked.reference)
        await MailQueue(uow.session).put(MailKind.RECOVERY_ASKED, account.id, now)
        return asked
