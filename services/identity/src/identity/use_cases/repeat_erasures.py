"""After a restore: who was erased since the backup is erased again, before anything is served (P29)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from shared.db.unit_of_work import UnitOfWork
from shared.erased_people import ErasedPerson

from identity.keyring import Keyring
from identity.storage.erasures import Erasures
from identity.use_cases.erase import erase, hold_account


async def list_erasures(uow: UnitOfWork) -> Sequence[ErasedPerson]:
    """Everybody who was ever erased here."""
    async with uow:
        return await Erasures(uow.session).everybody()


async def repeat_erasures(
    unit_of_work: Callable[[], UnitOfWork], keyring: Keyring, people: Iterable[ErasedPerson], now: datetime
) -> int:
    """How many were known again; each in a transaction of its own, so that it may be broken off and repeated."""
    known_again = 0
    for person in people:
        async with unit_of_work() as uow:
            account = await hold_account(uow, person.person_id)
            if account is None or account.is_erased:
                continue
            # The others were told under this version: older news of the person stay older.
            account.version = max(account.version, person.version - 1)
            await erase(uow, keyring, account, now)
            known_again += 1
    return known_again
