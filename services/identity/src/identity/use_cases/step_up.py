"""Somebody shows a second factor within a session."""

from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import CodeRefused
from identity.domain.factors import Shown
from identity.domain.guessing import Lane
from identity.domain.passkeys import ChallengePurpose
from identity.keyring import Keyring
from identity.relying_party import Json, RelyingParty
from identity.use_cases.count_tries import Counting
from identity.use_cases.issue_tokens import Raised, issue_raised
from identity.use_cases.own_account import own_session
from identity.use_cases.second_factor import ANY, STAFF, take_second_factor
from identity.use_cases.take_passkey import take_passkey


async def step_up(
    uow: UnitOfWork, counting: Counting, keyring: Keyring, actor: Principal, *, code: str, now: datetime
) -> Raised:
    """Raises the session to two factors and returns what it goes on with; CodeRefused for a wrong or used code.

    NoAuthenticator where there is none that counts. On the staff plane a mailed code is none, and a recovery code
    raises nothing: it lets its owner enrol again within the hour.
    """
    raised: Raised | None = None
    async with counting.counted({Lane.CODE: str(actor.id)}, code, now) as attempt:
        async with uow:
            session, account = await own_session(uow, actor, now)
            accepted = ANY if actor.is_member else STAFF
            try:
                shown = await take_second_factor(uow, keyring, account, code, now, accepted=accepted)
            except CodeRefused:
                pass  # told after the commit, which keeps the count of tries
            else:
                session.take_note_of(shown, now)
                session.last_used_at = now
                raised = await issue_raised(uow, keyring, session, now)
                await attempt.succeeded(uow)
        if raised is None:
            raise CodeRefused
        return raised


async def step_up_with_passkey(
    uow: UnitOfWork, keyring: Keyring, site: RelyingParty, actor: Principal, *, credential: Json, now: datetime
) -> Raised:
    """Raises the session to two factors and returns what it goes on with; PasskeyRefused for any other answer."""
    presented = site.read(credential)
    async with uow:
        session, account = await own_session(uow, actor, now)
        await take_passkey(uow, site, account, presented, ChallengePurpose.STEP_UP, account.id, now)
        session.take_note_of(Shown.PASSKEY, now)
        session.last_used_at = now
        return await issue_raised(uow, keyring, session, now)
