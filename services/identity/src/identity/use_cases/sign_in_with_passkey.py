"""Somebody signs in with a passkey as the only step: what they have and what they are or know, in one."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import PasskeyRefused
from identity.domain.factors import Shown
from identity.domain.passkeys import ChallengePurpose
from identity.keyring import Keyring
from identity.relying_party import Json, RelyingParty
from identity.storage.accounts import Accounts
from identity.storage.passkeys import Passkeys
from identity.use_cases.issue_tokens import Opened
from identity.use_cases.keep_in_browser import hold_shown
from identity.use_cases.recognise_device import Arrival, known_device
from identity.use_cases.sign_in import come_in
from identity.use_cases.take_passkey import take_passkey


async def sign_in_with_passkey(
    uow: UnitOfWork, keyring: Keyring, site: RelyingParty, *, credential: Json, arrival: Arrival, now: datetime
) -> Opened:
    """Opens a session of two factors on the account's one plane (P1). Unknown, wrong and closed are one refusal."""
    presented = site.read(credential)
    async with uow:
        await hold_shown(uow, arrival.browser)
        passkey = await Passkeys(uow.session).by_credential(presented.credential_id)
        account = await Accounts(uow.session).get_for_change(passkey.account_id) if passkey else None
        if account is None or not account.is_active:
            raise PasskeyRefused
        await take_passkey(uow, site, account, presented, ChallengePurpose.SIGN_IN, None, now)
        device = await known_device(uow, account, arrival)
        return await come_in(uow, keyring, account, device, arrival, Shown.PASSKEY, now)
