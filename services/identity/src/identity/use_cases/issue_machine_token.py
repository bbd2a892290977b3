"""A machine client shows who it is with a signed assertion (RFC 7523) and gets an access token (RFC 6749 4.4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from shared.auth.access import LIFE, issue_access_token
from shared.auth.errors import BadToken
from shared.auth.principal import Assurance, Plane, Principal, Role
from shared.auth.tokens import SKEW, Claims, read_unverified, whole_number
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import ClientRefused, ScopeRefused
from identity.domain.machines import LONGEST_ASSERTION, MachineClient, MachineKey
from identity.keyring import Keyring
from identity.public_keys import PublicKey
from identity.storage.machines import MachineClients, MachineKeys, UsedAssertions

LONGEST_JTI = 128


@dataclass(frozen=True, slots=True)
class MachineToken:
    """An access token of five minutes, and the scopes that it has."""

    access_token: str
    expires_in: int
    scope: str


async def issue_machine_token(
    uow: UnitOfWork, keyring: Keyring, *, assertion: str, audiences: Collection[str], scope: str, now: datetime
) -> MachineToken:
    """A token of the machine plane for whoever signed the assertion, with the scopes asked for, or all.

    The assertion names one audience, us; lives for five minutes at most; is signed by one of the client's live keys
    with that key's algorithm; and serves once. ClientRefused for any other, ScopeRefused for a scope not given.
    """
    try:
        claimed = _client_id(read_unverified(assertion)[1])
        async with uow:
            clients, keys = MachineClients(uow.session), MachineKeys(uow.session)
            key, claims = _verified(assertion, await keys.live_of(claimed))
            expires_at = _checked(claims, audiences, now)
            client = await clients.use(claimed, now)
            if client is None or not await keys.use(key.id, now):
                raise ClientRefused
            if not await UsedAssertions(uow.session).use(client.id, claims["jti"], expires_at + SKEW, now):
                raise ClientRefused
            granted = _granted(client, scope)
            token = issue_access_token(keyring.signing, _principal(client, granted, now), now)
            return MachineToken(token, int(LIFE.total_seconds()), " ".join(sorted(granted)))
    except BadToken as error:
        raise ClientRefused from error


def _client_id(claims: Claims) -> UUID:
    try:
        return UUID(claims["sub"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadToken("subject") from error


def _verified(assertion: str, live: Collection[MachineKey]) -> tuple[MachineKey, Claims]:
    kid = read_unverified(assertion)[0].get("kid")
    for key in live:
        if kid is not None and kid != key.kid:
            continue
        try:
            return key, PublicKey(key.jwk).read(assertion)
        except BadToken:
            continue
    raise BadToken("no live key")


def _checked(claims: Claims, audiences: Collection[str], now: datetime) -> datetime:
    moment, skew = now.timestamp(), SKEW.total_seconds()
    latest = moment + skew
    try:
        expires, issued = whole_number(claims["exp"]), whole_number(claims.get("iat", 0))
        begins = whole_number(claims.get("nbf", 0))
    except (KeyError, TypeError) as error:
        raise BadToken("times") from error
    if not moment - skew < expires <= latest + LONGEST_ASSERTION.total_seconds() or max(issued, begins) > latest:
        raise BadToken("times")
    jti, audience = claims.get("jti"), claims.get("aud")
    if not isinstance(jti, str) or not 1 <= len(jti) <= LONGEST_JTI:
        raise BadToken("jti")
    if claims.get("iss") != claims["sub"] or not isinstance(audience, str) or audience not in audiences:
        raise BadToken("issuer or audience")
    return datetime.fromtimestamp(expires, UTC)


def _granted(client: MachineClient, scope: str) -> frozenset[str]:
    asked = frozenset(scope.split())
    if asked - set(client.scopes):
        raise ScopeRefused
    return asked or frozenset(client.scopes)


def _principal(client: MachineClient, scopes: frozenset[str], now: datetime) -> Principal:
    # The client stands for its session: revoking it ends all its tokens at the gateway.
    return Principal(
        id=client.id,
        session_id=client.id,
        plane=Plane.MACHINE,
        role=Role.POLICE_SYSTEM,
        organisation_id=client.organisation_id,
        areas=frozenset(client.areas),
        assurance=Assurance.ONE_FACTOR,
        authenticated_at=now,
        token_expires_at=now + LIFE,
        scopes=scopes,
    )
