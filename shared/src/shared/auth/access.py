"""Access tokens: who you are, said by identity (RFC 9068, `typ at+jwt`)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.auth.errors import BadToken
from shared.auth.keyfiles import SigningKey, Trust
from shared.auth.principal import Assurance, Plane, Principal, Role
from shared.auth.tokens import SKEW, list_of_texts, sign, verify, whole_number

ISSUER = "identity"
AUDIENCE = "ourwatch"
TYP = "at+jwt"
LIFE = timedelta(minutes=5)


def issue_access_token(key: SigningKey, principal: Principal, issued: datetime) -> str:
    """A token of five minutes for this principal; its own `token_expires_at` is not used."""
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(principal.id),
        "sid": str(principal.session_id),
        "plane": principal.plane.value,
        "role": principal.role.value if principal.role else None,
        "org": str(principal.organisation_id) if principal.organisation_id else None,
        "areas": sorted(principal.areas),
        "acr": principal.assurance.value,
        "auth_time": int(principal.authenticated_at.timestamp()),
    }
    if principal.plane is Plane.MACHINE:
        claims["scope"] = " ".join(sorted(principal.scopes))  # RFC 9068 section 2.2.3
    return sign(key.private, key.kid, TYP, claims, issued=issued, life=LIFE)


def read_access_token(token: str, trust: Trust, now: datetime) -> Principal:
    """The principal that a token proves, else BadToken. Roles outside their plane are refused (P1)."""
    claims = verify(token, trust.keys_of(ISSUER), typ=TYP, issuer=ISSUER, audience=AUDIENCE, now=now)
    try:
        principal = Principal(
            id=UUID(claims["sub"]),
            session_id=UUID(claims["sid"]),
            plane=Plane(claims["plane"]),
            role=Role(claims["role"]) if claims["role"] is not None else None,
            organisation_id=UUID(claims["org"]) if claims["org"] is not None else None,
            areas=list_of_texts(claims["areas"]),
            assurance=Assurance(claims["acr"]),
            authenticated_at=datetime.fromtimestamp(whole_number(claims["auth_time"]), UTC),
            token_expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            scopes=frozenset(claims.get("scope", "").split()),
        )
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise BadToken("claims") from error
    if principal.role not in _ROLES_OF[principal.plane]:
        raise BadToken("role outside its plane")
    if principal.scopes and principal.plane is not Plane.MACHINE:
        raise BadToken("scopes outside their plane")
    if principal.authenticated_at > now + SKEW:
        raise BadToken("authenticated in the future")
    return principal


_ROLES_OF: dict[Plane, set[Role | None]] = {
    Plane.PUBLIC: set(),
    Plane.MEMBER: {None},
    Plane.STAFF: {Role.POLICE, Role.COORDINATOR, Role.ADMINISTRATOR},
    Plane.MACHINE: {Role.POLICE_SYSTEM},
}
