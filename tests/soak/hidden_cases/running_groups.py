"""One groups api on a database of its own, over its real port, and hidden groups in it."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from shared.auth.principal import Principal, Role
from shared.auth.sealing import make_sealing_key
from shared.testing.issuer import Issuer, a_member, a_staff_member
from shared.testing.private_servers import Addresses
from shared.testing.service import prepare

from tests.bench.running import Gateway, one_api

WARD, WARD_ELSEWHERE = "E05009336", "E05009317"
MEMBERS = 5
TOKEN_SECONDS = 60.0


class RunningGroups:
    """Makes its groups by the acts that make them in life, and the requests of whoever asks."""

    def __init__(self, issuer: Issuer, url: str) -> None:
        self._issuer, self._url, self._gateway = issuer, url, Gateway(issuer, "groups")
        self._tokens: dict[UUID, tuple[float, str]] = {}
        self.stranger = a_member()
        self.elsewhere = a_staff_member(Role.POLICE, frozenset({WARD_ELSEWHERE}))

    def hidden_groups(self, count: int) -> list[UUID]:
        """Ward panels, each with a chair, members and one who asked."""
        return [self._hidden_group() for _ in range(count)]

    def prepared(self, who: Principal, path: str, group: UUID) -> dict[str, Any]:  # Any: a client's arguments
        """A request that is ready to be sent: what it takes to sign it is no part of the wait."""
        body = {"kind": "group", "group_id": str(group), "audience": "documents"} if "passes" in path else None
        method, target = "POST" if body else "GET", path.format(group=group)
        return {
            "method": method,
            "url": self._url + target,
            "json": body,
            "headers": self._headers(who, method, target),
        }

    def _headers(self, who: Principal, method: str, target: str) -> dict[str, str]:
        made, token = self._tokens.get(who.id, (0.0, ""))
        if time.monotonic() - made > TOKEN_SECONDS:
            made, token = self._tokens[who.id] = time.monotonic(), self._issuer.access(who)
        return {"authorization": f"Bearer {token}", **self._gateway.headers(method, target)}

    def _hidden_group(self) -> UUID:
        chair = a_member()
        new = {"kind": "ward_panel", "name": "Panel", "purpose": "Safer streets", "visibility": "hidden", "area": WARD}
        group: str = self._made(chair, "/groups", new)["id"]
        link = self._made(chair, f"/groups/{group}/join-links", {"expires_in_days": 1, "most_uses": 100})
        askers = [a_member() for _ in range(MEMBERS + 1)]
        for asker in askers:
            self._made(asker, "/membership-requests", {"secret": link["secret"]})
        admitted = [str(asker.id) for asker in askers[:MEMBERS]]
        self._made(chair, f"/groups/{group}/admissions", {"person_ids": admitted})
        return UUID(group)

    def _made(self, who: Principal, path: str, body: dict[str, Any]) -> Any:  # Any: JSON
        answer = httpx.post(self._url + path, json=body, headers=self._headers(who, "POST", path), timeout=30)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def one_groups(servers: Addresses) -> Iterator[RunningGroups]:
    """`python -m groups api`, ready."""
    with tempfile.TemporaryDirectory() as folder:
        issuer = Issuer(Path(folder))
        ground = prepare(servers, "groups", "soak", ("owner", "app", "sign"))
        make_sealing_key(Path(folder) / "messaging", issuer.trust_folder, "messaging")
        environment = {
            **ground.environment,
            "GROUPS_TRUST_FOLDER": str(issuer.trust_folder),
            "GROUPS_KEY_FOLDER": str(issuer.key_folder),
            "GROUPS_SIGN_URL": "http://127.0.0.1:9",  # nothing is marked
            "GROUPS_EMAIL_TAG_KEY": "a key for this run alone",
        }
        with one_api("groups", environment) as (url, _process):
            yield RunningGroups(issuer, url)
