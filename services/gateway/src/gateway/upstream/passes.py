"""Asks groups for a pass. Never cached: a removal bites on the next request (P18)."""

from collections.abc import Mapping

import aiohttp
from shared.logging import get_logger
from yarl import URL

from gateway.domain.errors import NotYours, ServiceUnreachable
from gateway.domain.rows import Proof, Service
from gateway.upstream.services import Services

TARGET = "/internal/passes"
SECONDS = 3
_REFUSED = {403, 404, 422}  # 422: what stands for the group in the path is no id, so there is no such group

log = get_logger("gateway.passes")


async def ask_for_pass(
    services: Services, proof: Proof, audience: Service, parameters: Mapping[str, str], access_token: str
) -> str:
    """The pass; NotYours where groups gives none, ServiceUnreachable where it does not answer in 3 s: closed."""
    headers = services.headers("groups", "POST", TARGET, access_token)
    body = {"kind": proof.value, "group_id": parameters.get("group_id"), "audience": audience}
    # Only jurisdiction is asked over a person of the path; a member's own pass is about who asks.
    if proof is Proof.JURISDICTION_PASS and "person_id" in parameters:
        body["person_id"] = parameters["person_id"]
    try:
        async with services.asking.post(
            URL(services.url("groups", TARGET), encoded=True),
            json=body,
            headers=headers | {"content-type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=SECONDS),
        ) as answer:
            if answer.status == 200:
                token: str = (await answer.json())["pass"]
                return token
            if answer.status in _REFUSED:
                raise NotYours
            log.error("no_pass", status=answer.status)
            raise ServiceUnreachable
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
        raise ServiceUnreachable from error
