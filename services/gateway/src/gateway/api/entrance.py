"""The public door as an ASGI application: recognise, decide, wait for the body, prove, stream."""

from prometheus_client import Counter
from shared.auth.errors import BadToken
from shared.errors import Invalid, Refusal
from shared.http.door import target_of
from shared.http.problems import problem, problem_of
from shared.ids import new_id
from shared.logging import correlation_id, get_logger
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from gateway.api.admission import Admission, Admitted
from gateway.domain.decide import MethodNotAllowed, NotSignedIn
from gateway.domain.sources import source_of
from gateway.upstream.body import Body, BodyTooLarge, ClientGone, LengthRequired, TooSlow
from gateway.upstream.forward import Forwarding
from gateway.upstream.limits import Limits
from gateway.upstream.passes import ask_for_pass
from gateway.upstream.services import Services

log = get_logger("gateway")

_REQUESTS = Counter("gateway_requests", "Requests by policy row and status", ["row", "status"])


class Entrance:
    """Every request from outside comes through here."""

    def __init__(
        self,
        services: Services,
        admission: Admission,
        limits: Limits,
        proxies_in_front: int = 0,
    ) -> None:
        self._services = services
        self._admission = admission
        self._limits = limits
        self._proxies_in_front = proxies_in_front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        correlation_id.set(new_id())
        forwarding: Forwarding | None = None
        row_id = "none"
        try:
            headers = Headers(scope=scope)
            admitted = await self._admission.admit(scope, headers)
            row = admitted.match.row
            row_id = row.id
            body = Body(receive, row, headers, self._limits)
            # Before the pass, which lives no longer than a slow client may take.
            await body.begin()
            proof = await self._prove(admitted)
            forwarding = Forwarding(self._services, row, target_of(scope), headers, body)
            status = await forwarding.carry(
                receive,
                send,
                source=self._source(scope, headers),
                access_token=admitted.access_token,
                proof=proof,
                told=admitted.told,
                by_cookie=admitted.by_cookie,
            )
            _REQUESTS.labels(row_id, status).inc()
        except ClientGone:
            _REQUESTS.labels(row_id, "gone").inc()
        except Exception as error:
            if forwarding is not None and forwarding.has_begun:
                # The answer is cut off: the client sees fewer bytes than it was promised.
                log.warning("answer_cut_off", row=row_id, error=error)
                raise
            answer = _told(error)
            _REQUESTS.labels(row_id, answer.status_code).inc()
            await answer(scope, receive, send)

    def _source(self, scope: Scope, headers: Headers) -> str:
        peer = scope["client"][0] if scope.get("client") else None
        return source_of(peer, ",".join(headers.getlist("x-forwarded-for")), self._proxies_in_front)

    async def _prove(self, admitted: Admitted) -> str | None:
        row, token = admitted.match.row, admitted.access_token
        if row.proof is None or token is None:
            return None
        return await ask_for_pass(self._services, row.proof, row.service, admitted.match.parameters, token)


def _told(error: Exception) -> JSONResponse:  # noqa: PLR0911 - a table of errors
    match error:
        case BadToken() | NotSignedIn():
            return problem(401, "auth.not_signed_in", "Please sign in.", headers={"www-authenticate": "Bearer"})
        case MethodNotAllowed():
            return problem(
                405, "http.method_not_allowed", "This cannot be done here.", headers={"allow": ", ".join(error.allowed)}
            )
        case BodyTooLarge():
            return problem(
                413, "gateway.too_large", "This is larger than we take here.", headers={"connection": "close"}
            )
        case TooSlow():
            return problem(
                408, "gateway.too_slow", "What you were sending did not arrive.", headers={"connection": "close"}
            )
        case LengthRequired():
            return problem(411, "gateway.length_required", "Please say how long the file is.")
        case Invalid():
            return problem(400, error.code, error.message)
        case Refusal():
            return problem_of(error)
        case _:
            log.error("unexpected", error=error)
            return problem(500, "unexpected", "Something went wrong on our side. It has been noted.")
