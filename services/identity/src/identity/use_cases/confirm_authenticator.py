"""Somebody shows that the authenticator app works."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Authenticator
from identity.domain.errors import CodeRefused, NothingToConfirm
from identity.domain.factors import ENROLMENT_LIFE
from identity.domain.ledger import LedgerKind
from identity.keyring import Keyring
from identity.storage.accounts import Authenticators
from identity.storage.devices import Devices
from identity.use_cases.codes import step_of
from identity.use_cases.issue_tokens import Raised, issue_raised
from identity.use_cases.own_account import check_may_change, own_session
from identity.use_cases.tell_owner import tell_owner


async def confirm_authenticator(
    uow: UnitOfWork, keyring: Keyring, actor: Principal, *, code: str, now: datetime
) -> Raised:
    """Makes the app count, in the place of another if there is one, and tells its owner.

    Returns what this session goes on with, now of two factors. NothingToConfirm where no app was begun within ten
    minutes, CodeRefused for a code of any other seed.
    """
    async with uow:
        session, account = await own_session(uow, actor, now)
        waiting, begun_at = await begun(uow, account.id, now)
        # Asked again, as of then: whoever began before a factor counted must not go round the factor.
        await check_may_change(uow, session, account, begun_at)
        await confirm_begun(uow, keyring, waiting, code, now)
        # Whoever had a device remembered before there was a factor is asked for it now.
        await Devices(uow.session).remember_only(account.id, session.device_id)
        session.raise_assurance(now)
        return await issue_raised(uow, keyring, session, now)


async def begun(uow: UnitOfWork, account_id: UUID, now: datetime) -> tuple[Authenticator, datetime]:
    """The app that waits for a code, and since when; NothingToConfirm else."""
    waiting = await Authenticators(uow.session).of(account_id)
    if waiting is None or waiting.pending_at is None or now >= waiting.pending_at + ENROLMENT_LIFE:
        raise NothingToConfirm
    return waiting, waiting.pending_at


async def confirm_begun(uow: UnitOfWork, keyring: Keyring, waiting: Authenticator, code: str, now: datetime) -> None:
    """Takes a code of the seed that waits, and of no other. The caller holds the account's lock."""
    account_id, seed = waiting.account_id, waiting.pending_seed
    step = step_of(keyring, account_id, seed, code, now) if seed is not None else None
    if seed is None or step is None or not await Authenticators(uow.session).confirm(account_id, seed, step, now):
        raise CodeRefused
    replaces = waiting.confirmed_at is not None
    kind = LedgerKind.AUTHENTICATOR_REPLACED if replaces else LedgerKind.AUTHENTICATOR_ADDED
    await tell_owner(uow, account_id, kind, now)
