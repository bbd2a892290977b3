"""`Idempotency-Key`: a repeated request has one effect and gets the same answer."""

import hashlib
import hmac
import json
from collections.abc import Callable, Coroutine
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from sqlalchemy import column, table, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.unit_of_work import UnitOfWork
from shared.errors import Conflict, Invalid, Refusal

HEADER = "idempotency-key"
MUTATING = {"POST", "PUT", "PATCH", "DELETE"}
SHORTEST_KEY, LONGEST_KEY = 16, 128
LARGEST_BODY = 1 << 20
# A cookie is as much of an answer as its body is: whoever asks again after a lost answer needs it.
_KEPT_HEADERS = ("content-type", "location", "set-cookie")

_keys = table("idempotency_keys", column("scope"), column("fingerprint"), column("answer"))
_READ = text("SELECT fingerprint, answer FROM idempotency_keys WHERE scope = :scope")
_STORE = text("UPDATE idempotency_keys SET answer = :answer WHERE scope = :scope")
_FORGET = text("DELETE FROM idempotency_keys WHERE scope = :scope")


class BadIdempotencyKey(Invalid):
    """The header is too short, too long or not plain text."""

    code = "request.bad_idempotency_key"
    detail = "The Idempotency-Key must be 16 to 128 visible ASCII characters."


class KeyUsedForAnother(Conflict):
    """The same key came before with another request."""

    code = "request.idempotency_key_reused"
    detail = "This Idempotency-Key was used for another request."


class _Replay(Exception):
    def __init__(self, answer: bytes) -> None:
        self.answer = answer


class IdempotencyClaim:
    """The right of one request to have its effect, kept with its answer in the transaction of the effect.

    The answer rests encrypted under a key derived from the client's own key, of which only a digest is kept: it may
    hold names or tokens that no copy of the database should show.
    """

    def __init__(self, key: str, actor: str, fingerprint: bytes) -> None:
        secret = f"{actor}\n{key}".encode()
        self._scope = hashlib.sha256(b"scope\n" + secret).digest()
        self._cipher = AESGCM(HKDF(SHA256(), 32, None, b"ourwatch idempotency answer").derive(secret))
        # Keyed with the client's own key: a plain digest would let a copy of the database confirm a guessed name.
        self._fingerprint = hmac.digest(secret, fingerprint, "sha256")
        self._held: UnitOfWork | None = None

    async def take(self, session: AsyncSession) -> None:
        """Inserts the key; waits for a twin under way, then replays its answer or refuses another request."""
        row = {"scope": self._scope, "fingerprint": self._fingerprint}
        inserted = await session.execute(insert(_keys).values(row).on_conflict_do_nothing().returning(_keys.c.scope))
        if inserted.first() is not None:
            return
        fingerprint, answer = (await session.execute(_READ, {"scope": self._scope})).one()
        if not hmac.compare_digest(fingerprint, self._fingerprint):
            raise KeyUsedForAnother
        raise _Replay(answer)

    async def settle(self, work: UnitOfWork) -> None:
        """Keeps the transaction open until the answer is known."""
        self._held = work

    async def answered(self, response: Response) -> None:
        """Stores the answer and commits it with the effect. A streamed answer is not kept: each is its own act."""
        if self._held is None or not self._held.is_open:
            return
        if isinstance(response, StreamingResponse):
            await self.unanswered()
            return
        head = {
            "status": response.status_code,
            "headers": [(name, value) for name, value in response.headers.items() if name in _KEPT_HEADERS],
        }
        plain = json.dumps(head).encode() + b"\n" + bytes(response.body)
        # A zero nonce is right here: the key is used for this one answer only.
        answer = self._cipher.encrypt(bytes(12), plain, self._scope)
        await self._held.session.execute(_STORE, {"answer": answer, "scope": self._scope})
        await self._held.finish()

    async def unanswered(self) -> None:
        """Commits what a finished use case did where no answer is kept: after a refusal, counted failures stay."""
        if self._held is not None and self._held.is_open:
            await self._held.session.execute(_FORGET, {"scope": self._scope})
            await self._held.finish()

    async def failed(self) -> None:
        """Undoes all of it: what broke half-way, or while it was committed, leaves neither effect nor events."""
        if self._held is not None:
            await self._held.abandon()

    def replayed(self, answer: bytes) -> Response:
        """The stored answer, marked as a repetition."""
        head, _, body = self._cipher.decrypt(bytes(12), answer, self._scope).partition(b"\n")
        kept = json.loads(head)
        response = Response(body, kept["status"], {"idempotency-replayed": "true"})
        for name, value in kept["headers"]:
            response.headers.append(name, value)
        return response


class IdempotentRoute(APIRoute):
    """The route class of every router: honours `Idempotency-Key` on requests that change something.

    The fingerprint covers method, path, query and body; bodies over 1 MiB are streamed by routes that are repeatable
    by nature, and are left out of it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            request.state.claim = None
            key = request.headers.get(HEADER)
            if key is None or request.method not in MUTATING or _is_streamed(request):
                return await handle(request)
            if not (SHORTEST_KEY <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
                raise BadIdempotencyKey
            claim = IdempotencyClaim(key, _actor(request), await _fingerprint(request))
            request.state.claim = claim
            try:
                response = await handle(request)
                await claim.answered(response)
            except _Replay as replay:
                return claim.replayed(replay.answer)
            except Refusal:
                await claim.unanswered()
                raise
            except BaseException:
                await claim.failed()
                raise
            return response

        return once


def _is_streamed(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/octet-stream")


def _actor(request: Request) -> str:
    principal = request.state.principal
    return f"{principal.id} {principal.plane}" if principal else "public"


async def _fingerprint(request: Request) -> bytes:
    target = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(target + await request.body()).digest()
