"""Somebody adds a passkey."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.errors import PasskeyRefused, TooManyPasskeys
from identity.domain.ledger import LedgerKind
from identity.domain.passkeys import MOST_PER_ACCOUNT, ChallengePurpose, Passkey
from identity.keyring import Keyring
from identity.relying_party import Json, RelyingParty
from identity.storage.devices import Devices
from identity.storage.passkeys import Challenges, Passkeys
from identity.use_cases.issue_tokens import Raised, issue_raised
from identity.use_cases.own_account import check_may_change, own_session
from identity.use_cases.tell_owner import tell_owner


async def add_passkey(
    uow: UnitOfWork,
    keyring: Keyring,
    site: RelyingParty,
    actor: Principal,
    *,
    credential: Json,
    label: str,
    now: datetime,
) -> tuple[UUID, Raised]:
    """Keeps a passkey that answers a challenge of this account's, and tells the owner.

    Returns its id and what this session, now of two factors, goes on with. PasskeyRefused for any other answer, and for
    a passkey that is known already.
    """
    new = site.read_new(credential)
    async with uow:
        session, account = await own_session(uow, actor, now)
        challenges, passkeys = Challenges(uow.session), Passkeys(uow.session)
        asked_at = await challenges.take(new.challenge, ChallengePurpose.ADD, account.id, now)
        if asked_at is None:
            raise PasskeyRefused
        # Asked again, as of then: whoever began before a factor counted must not go round the factor.
        factors = await check_may_change(uow, session, account, asked_at)
        if factors.passkeys >= MOST_PER_ACCOUNT:
            raise TooManyPasskeys
        credential_id, public_key, sign_count = site.check_new(new)
        passkey = Passkey(new_id(), account.id, credential_id, public_key, sign_count, label, now)
        if not await passkeys.add_new(passkey):
            raise PasskeyRefused
        await Devices(uow.session).remember_only(account.id, session.device_id)
        session.raise_assurance(now)
        await tell_owner(uow, account.id, LedgerKind.PASSKEY_ADDED, now, label=label)
        return passkey.id, await issue_raised(uow, keyring, session, now)
