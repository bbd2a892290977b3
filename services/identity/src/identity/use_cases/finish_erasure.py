"""The services answer that they have forgotten a person; with the last of them the erasure is finished (P29)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from shared.contracts.identity import PersonErased
from shared.db.unit_of_work import UnitOfWork
from shared.logging import get_logger

from identity.domain.erasures import ASKED
from identity.domain.link_purposes import MailKind
from identity.keyring import Keyring
from identity.storage.accounts import Accounts
from identity.storage.erasures import Erasures
from identity.storage.mail_queue import MailQueue

BATCH = 100

log = get_logger("identity.erasures")


async def keep_erasure_answer(
    uow: UnitOfWork, keyring: Keyring, *, person_id: UUID, service: str, now: datetime
) -> None:
    """Keeps the answer. With the last one the receipt is written, once, and the sealed address is destroyed.

    An answer to what was never asked, as after a restored backup, is left aside.
    """
    async with uow:
        erasures = Erasures(uow.session)
        erasure = await erasures.hold(person_id)
        if erasure is None:
            log.warning("erasure_not_asked_for", service=service)
            return
        await erasures.keep_answer(person_id, service, now)
        if erasure.finished_at is not None or not await erasures.answered(person_id) >= ASKED:
            return
        if erasure.sealed_address is not None:
            address = keyring.open(person_id, erasure.sealed_address).decode()
            await MailQueue(uow.session).put(MailKind.ERASED, person_id, now, address=address)
        erasure.sealed_address, erasure.finished_at = None, now


async def tell_erasures_again(unit_of_work: Callable[[], UnitOfWork], now: datetime) -> int:
    """Asks again where an answer is missing after an hour; returns for how many people."""
    async with unit_of_work() as uow:
        unanswered = await Erasures(uow.session).hold_unanswered(now, BATCH)
        for erasure in unanswered:
            account = await Accounts(uow.session).get(erasure.person_id)
            if account is not None:
                uow.record(PersonErased(person_id=account.id, version=account.version))
            erasure.told_at = now
        return len(unanswered)
