"""The owner of an account is told what was changed about it: by mail, and in the ledger."""

from datetime import datetime
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork

from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue


async def tell_owner(uow: UnitOfWork, account_id: UUID, kind: LedgerKind, now: datetime, **details: str) -> None:
    """Writes the line and queues the mail of the same name, in the transaction of what they tell."""
    Ledger(uow.session).write(account_id, kind, now, **details)
    await MailQueue(uow.session).put(MailKind(kind.value), account_id, now, **details)
