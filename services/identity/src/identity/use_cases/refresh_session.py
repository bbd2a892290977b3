"""A session is gone on with."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import SessionOver
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.domain.sessions import REUSE_GRACE, RefreshToken
from identity.keyring import Keyring
from identity.storage.ledger import Ledger
from identity.storage.links import digest
from identity.storage.mail_queue import MailQueue
from identity.storage.sessions import RefreshTokens, Sessions
from identity.use_cases.go_on import is_entitled, note_activity
from identity.use_cases.issue_tokens import Tokens, tokens_of


async def refresh_session(uow: UnitOfWork, keyring: Keyring, *, refresh_token: str, now: datetime) -> Tokens:
    """Hands out the successor of a refresh token; SessionOver where there is nothing to go on with.

    A token that comes again within 5 s gets the same successor, so two tabs stay in. Later it means that somebody
    has a copy: the whole session ends (RFC 9700 section 4.14.2) and its owner is told.
    """
    async with uow:
        tokens, sessions = RefreshTokens(uow.session), Sessions(uow.session)
        token = await tokens.get(digest(refresh_token))
        session = await sessions.get_for_change(token.session_id) if token else None
        if token is None or session is None or not session.is_open(now):
            raise SessionOver
        successor = keyring.successor(refresh_token)
        if not await is_entitled(uow, session, now):
            session.end(now)
        elif await tokens.mark_replaced(token.digest, now):
            tokens.add(RefreshToken(digest(successor), session.id, now))
            session.last_used_at = now
            await note_activity(uow, session, now)
        elif not await _is_a_race(uow, token, successor, now):
            session.end(now)
            await MailQueue(uow.session).put(MailKind.SESSION_REUSED, session.account_id, now)
            Ledger(uow.session).write(session.account_id, LedgerKind.SESSION_REUSED, now)
    # The end of the session is committed before the refusal is told.
    if not session.is_open(now):
        raise SessionOver
    return tokens_of(session, successor, keyring, now)


async def _is_a_race(uow: UnitOfWork, token: RefreshToken, successor_token: str, now: datetime) -> bool:
    await uow.session.refresh(token)
    if token.replaced_at is None or now - token.replaced_at > REUSE_GRACE:
        return False
    # A tab that lost the race asks for what the winner was given. Once the winner has gone on from there, whoever
    # still shows the first one is another.
    successor = await RefreshTokens(uow.session).get(digest(successor_token))
    return successor is not None and successor.replaced_at is None
