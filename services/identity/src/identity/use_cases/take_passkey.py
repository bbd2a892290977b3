"""A passkey is shown: the one place where sign-in, step-up and staff sessions ask for one."""

from datetime import datetime
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.errors import PasskeyRefused
from identity.domain.passkeys import ChallengePurpose, Passkey
from identity.relying_party import Presented, RelyingParty
from identity.storage.passkeys import Challenges, Passkeys


async def take_passkey(
    uow: UnitOfWork,
    site: RelyingParty,
    account: Account,
    presented: Presented,
    purpose: ChallengePurpose,
    asked: UUID | None,
    now: datetime,
) -> None:
    """Uses the answer up; PasskeyRefused unless it is by a passkey of this account to a challenge for this purpose.

    `asked` is the account that was asked, None where nobody was signed in yet: then the passkey must say itself whose
    it is (section 7.2 step 6). A sign count that does not advance is refused: the key may have been copied.
    """
    passkeys = Passkeys(uow.session)
    passkey = await passkeys.by_credential(presented.credential_id)
    if passkey is None or not _is_of(passkey, account, presented, names_itself=asked is None):
        raise PasskeyRefused
    if await Challenges(uow.session).take(presented.challenge, purpose, asked, now) is None:
        raise PasskeyRefused
    sign_count = site.check(presented, passkey)
    if not await passkeys.count_use(passkey, sign_count, now):
        raise PasskeyRefused


def _is_of(passkey: Passkey, account: Account, presented: Presented, *, names_itself: bool) -> bool:
    handle = presented.user_handle
    named = handle == account.id.bytes or (handle is None and not names_itself)
    return passkey.account_id == account.id and named
