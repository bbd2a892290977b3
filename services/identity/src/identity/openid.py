"""OpenID Connect as a relying party: code flow with PKCE (RFC 7636), ID tokens checked strictly (Core 3.1.3.7)."""

import asyncio
import base64
import hashlib
import hmac
import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from shared.auth.errors import BadToken
from shared.auth.tokens import Claims, read_unverified, whole_number

from identity.domain.errors import KeyNotAccepted, ProviderUnreachable
from identity.domain.providers import Attested
from identity.outward import Json, Outward
from identity.public_keys import PublicKey

# How far a provider's clock may be off.
LEEWAY = timedelta(seconds=60)
LONGEST_SUBJECT = 255
KEPT_SECONDS = 600
FAILURE_KEPT_SECONDS = 10
_DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What a provider's discovery document says (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    takes_basic: bool


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to a provider; and whether we take an address of which it does not say if it was verified."""

    id: str
    secret: str
    redirect_uri: str
    trusts_addresses: bool = False


class Discovery:
    """What providers say of themselves, kept for ten minutes: anybody may begin a sign-in, as often as they like.

    That one does not answer is kept for ten seconds: until then whoever asks is told at once. One asks at a time.
    """

    def __init__(self, outward: Outward, clock: Callable[[], float] = time.monotonic) -> None:
        self.outward = outward
        self._clock = clock
        self._known: dict[str, tuple[float, Endpoints | None]] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def endpoints_of(self, issuer: str, *, anew: bool = False) -> Endpoints:
        """The provider's endpoints; ProviderUnreachable where it is not there or calls itself something else."""
        async with self._asking[issuer]:
            if anew or not self._remembers(issuer):
                try:
                    known = _endpoints(issuer, await self.outward.get(issuer.rstrip("/") + _DISCOVERY))
                except ProviderUnreachable:
                    self._known[issuer] = self._clock(), None
                    raise
                self._known[issuer] = self._clock(), known
            _, found = self._known[issuer]
        if found is None:
            raise ProviderUnreachable
        return found

    def _remembers(self, issuer: str) -> bool:
        asked_at, known = self._known.get(issuer, (-math.inf, None))
        return self._clock() - asked_at < (KEPT_SECONDS if known is not None else FAILURE_KEPT_SECONDS)


def _endpoints(issuer: str, told: Json) -> Endpoints:
    methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if told.get("issuer") != issuer or not isinstance(methods, list):
        raise ProviderUnreachable
    return Endpoints(
        issuer=issuer,
        authorization=_text(told, "authorization_endpoint"),
        token=_text(told, "token_endpoint"),
        keys=_text(told, "jwks_uri"),
        userinfo=_text(told, "userinfo_endpoint") if "userinfo_endpoint" in told else None,
        takes_basic="client_secret_basic" in methods,
    )


def authorization_url(at: Endpoints, client: Client, *, state: str, nonce: str, verifier: str) -> str:
    """Where the browser goes to sign in."""
    asked = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.redirect_uri,
        "scope": "openid email",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    return f"{at.authorization}{'&' if '?' in at.authorization else '?'}{urlencode(asked)}"


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636 section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def attest(
    outward: Outward, at: Endpoints, client: Client, *, code: str, verifier: str, nonce_digest: bytes, now: datetime
) -> Attested:
    """Whom the provider signed in, for the code that it gave. BadToken, ProviderUnreachable."""
    told = await _exchange(outward, at, client, code, verifier)
    claims = await _id_token(outward, at, _text(told, "id_token"))
    _check(claims, at, client, nonce_digest, now)
    said: Json = claims
    if "email" not in claims and at.userinfo is not None:
        said = await outward.get(at.userinfo, bearer=_text(told, "access_token"))
        if said.get("sub") != claims["sub"]:
            raise BadToken("userinfo of another")
    email = said.get("email")
    unsaid = True if client.trusts_addresses else None
    if not isinstance(email, str) or said.get("email_verified", unsaid) is not True:
        email = None
    return Attested(at.issuer, claims["sub"], email.casefold() if email else None)


async def _exchange(outward: Outward, at: Endpoints, client: Client, code: str, verifier: str) -> Json:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": verifier,
    }
    if not at.takes_basic:
        return await outward.post(at.token, form | {"client_id": client.id, "client_secret": client.secret}, {})
    # RFC 6749 section 2.3.1: both are form-encoded before they are put together.
    pair = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
    return await outward.post(at.token, form, {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"})


async def _id_token(outward: Outward, at: Endpoints, token: str) -> Claims:
    kid = read_unverified(token)[0].get("kid")
    published = (await outward.get(at.keys)).get("keys")
    for jwk in published if isinstance(published, list) else []:
        if not isinstance(jwk, dict) or (kid is not None and jwk.get("kid") != kid) or jwk.get("use") == "enc":
            continue
        try:
            return PublicKey(jwk).read(token)
        except (KeyNotAccepted, BadToken):
            continue
    raise BadToken("no published key")


def _check(claims: Claims, at: Endpoints, client: Client, nonce_digest: bytes, now: datetime) -> None:
    try:
        expires, issued = whole_number(claims["exp"]), whole_number(claims["iat"])
        subject, nonce = claims["sub"], claims["nonce"]
    except (KeyError, TypeError) as error:
        raise BadToken("claims") from error
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    if expires <= moment - leeway or issued > moment + leeway:
        raise BadToken("expired or from the future")
    if claims.get("iss") != at.issuer or claims.get("aud") not in (client.id, [client.id]):
        raise BadToken("issuer or audience")
    if claims.get("azp", client.id) != client.id:
        raise BadToken("made for another")
    if not isinstance(subject, str) or not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise BadToken("subject")
    if not isinstance(nonce, str) or not hmac.compare_digest(hashlib.sha256(nonce.encode()).digest(), nonce_digest):
        raise BadToken("nonce")


def _text(told: Json, name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise ProviderUnreachable
    return value
