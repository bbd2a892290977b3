"""A member shows a second factor within a session."""

from datetime import datetime

from shared.auth.access import issue_access_token
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import SessionOver
from identity.keyring import Keyring
from identity.storage.accounts import Authenticators
from identity.storage.sessions import Sessions
from identity.use_cases.codes import take_code


async def step_up(uow: UnitOfWork, keyring: Keyring, actor: Principal, *, code: str, now: datetime) -> str:
    """Raises the session to two factors and returns its new access token; CodeRefused for a wrong or used code.

    NoAuthenticator where there is none that counts.
    """
    async with uow:
        session = await Sessions(uow.session).get_for_change(actor.session_id)
        if session is None or not session.is_open(now):
            raise SessionOver
        authenticators = Authenticators(uow.session)
        authenticator = await authenticators.confirmed_of(actor.id)
        await take_code(authenticators, keyring, authenticator, code, now)
        session.raise_assurance(now)
        session.last_used_at = now
        return issue_access_token(keyring.signing, session.principal(), now)
