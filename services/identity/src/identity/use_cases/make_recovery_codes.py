"""Somebody gets recovery codes for the day when their factors are lost (P30)."""

from collections.abc import Sequence
from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NoFactor
from identity.domain.ledger import LedgerKind
from identity.keyring import Keyring
from identity.storage.recovery_codes import RecoveryCodes
from identity.use_cases.codes import RECOVERY_CODES, new_recovery_code, recovery_digest
from identity.use_cases.own_account import account_to_change
from identity.use_cases.tell_owner import tell_owner


async def make_recovery_codes(uow: UnitOfWork, keyring: Keyring, actor: Principal, *, now: datetime) -> Sequence[str]:
    """Ten codes of 80 bits, shown this once; earlier ones are worth nothing. NoFactor where there is none to lose."""
    async with uow:
        account, factors = await account_to_change(uow, actor, now)
        if not factors.any:
            raise NoFactor
        codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
        digests = [recovery_digest(keyring, account.id, code) for code in codes]
        await RecoveryCodes(uow.session).replace(account.id, digests)
        await tell_owner(uow, account.id, LedgerKind.RECOVERY_CODES_MADE, now)
        return codes
