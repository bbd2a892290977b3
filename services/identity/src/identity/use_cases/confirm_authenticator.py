"""Somebody shows that the authenticator app works."""

from datetime import datetime

from shared.auth.access import issue_access_token
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import AuthenticatorExists, NoAuthenticator, SessionOver
from identity.domain.link_purposes import MailKind
from identity.keyring import Keyring
from identity.storage.accounts import Accounts, Authenticators
from identity.storage.mail_queue import MailQueue
from identity.storage.sessions import Sessions
from identity.use_cases.codes import take_code


async def confirm_authenticator(
    uow: UnitOfWork, keyring: Keyring, actor: Principal, *, code: str, now: datetime
) -> str:
    """Makes the app count, tells its owner by mail, and returns an access token of two factors for this session."""
    async with uow:
        session = await Sessions(uow.session).get_for_change(actor.session_id)
        if session is None or not session.is_open(now):
            raise SessionOver
        # The account's lock, as where a seed is made: the code confirms the seed that it was made from.
        await Accounts(uow.session).get_for_change(actor.id)
        authenticators = Authenticators(uow.session)
        authenticator = await authenticators.of(actor.id)
        if authenticator is None:
            raise NoAuthenticator
        if authenticator.confirmed_at is not None:
            raise AuthenticatorExists
        await take_code(authenticators, keyring, authenticator, code, now)
        await authenticators.confirm(actor.id, now)
        session.raise_assurance(now)
        await MailQueue(uow.session).put(MailKind.AUTHENTICATOR_ADDED, actor.id, now)
        return issue_access_token(keyring.signing, session.principal(), now)
