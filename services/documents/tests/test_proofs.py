"""Walls 3 and 4: without two fresh proofs of the member plane, for the same person and group, nothing is reached."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from documents.app import create_app
from documents.settings import DocumentsSettings
from fastapi import FastAPI
from shared.auth import internal, passes
from shared.auth.passes import Right
from shared.auth.principal import Assurance, Principal, Role
from shared.clock import now
from shared.ids import new_id
from shared.testing.issuer import Issuer, a_group_pass, a_member, a_police_system, a_staff_member

from services.documents.tests.conftest import as_documents

ROUTES = [
    ("GET", "/groups/{group_id}/documents"),
    ("POST", "/groups/{group_id}/documents"),
    ("GET", "/groups/{group_id}/documents/{document_id}"),
    ("PATCH", "/groups/{group_id}/documents/{document_id}"),
    ("DELETE", "/groups/{group_id}/documents/{document_id}"),
    ("GET", "/groups/{group_id}/documents/search"),
    ("GET", "/groups/{group_id}/documents/due"),
    ("GET", "/groups/{group_id}/documents/{document_id}/ledger"),
    ("GET", "/groups/{group_id}/folders"),
    ("POST", "/groups/{group_id}/folders"),
    ("PATCH", "/groups/{group_id}/folders/{folder_id}"),
    ("DELETE", "/groups/{group_id}/folders/{folder_id}"),
    ("GET", "/groups/{group_id}/bin"),
    ("POST", "/groups/{group_id}/bin/{document_id}/restore"),
    ("GET", "/groups/{group_id}/vault"),
    ("POST", "/groups/{group_id}/documents/{document_id}/versions"),
    ("PUT", "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content"),
    ("GET", "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content"),
    ("HEAD", "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content"),
    ("PATCH", "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content"),
    ("GET", "/groups/{group_id}/vault.zip"),
    ("POST", "/groups/{group_id}/releases"),
    ("GET", "/groups/{group_id}/releases"),
    ("GET", "/groups/{group_id}/releases/{release_id}/downloads"),
    ("POST", "/groups/{group_id}/releases/{release_id}/revoke"),
]
PUBLIC = {("GET", "/releases/{release_id}"), ("POST", "/releases/{release_id}/download")}
KEY_ROUTES = ["/keys/wrap", "/keys/unwrap", "/texts/seal", "/texts/open", "/releases"]


Attempt = Callable[[Issuer, UUID], dict[str, str]]


def shown(issuer: Issuer, person: Principal | None, proof: str | None, *, age: float = 0) -> dict[str, str]:
    headers = {}
    if person is not None:
        headers["authorization"] = f"Bearer {issuer.access(person, now() - timedelta(seconds=age))}"
    if proof is not None:
        headers[passes.HEADER] = proof
    return headers


def chairs_pass(issuer: Issuer, person: Principal, group_id: UUID, *, audience: str = "documents", age: int = 0) -> str:
    proof = a_group_pass(person, group_id, office="chair")
    return issuer.group_pass(audience, proof, now() - timedelta(seconds=age))


def as_staff(role: Role) -> Attempt:
    def attempt(issuer: Issuer, group_id: UUID) -> dict[str, str]:
        # Even with a pass in their own name, as a taken-over groups service could sign it.
        person = a_police_system() if role is Role.POLICE_SYSTEM else a_staff_member(role, frozenset({"E09000030"}))
        return shown(issuer, person, chairs_pass(issuer, person, group_id))

    return attempt


def _staff_with_jurisdiction(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    person = a_staff_member(Role.POLICE, frozenset({"E09000030"}))
    return shown(issuer, person, issuer.jurisdiction("documents", person, group_id))


def _coordinator_session_of_a_member(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    member = a_member()
    coordinator = a_staff_member(Role.COORDINATOR, frozenset({"E09000030"}), staff_id=member.id)
    return shown(issuer, coordinator, chairs_pass(issuer, member, group_id))


def _without_a_pass(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    return shown(issuer, a_member(), None)


def _with_anothers_pass(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    return shown(issuer, a_member(), chairs_pass(issuer, a_member(), group_id))


def _with_another_groups_pass(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    person = a_member()
    return shown(issuer, person, chairs_pass(issuer, person, new_id()))


def _with_an_expired_pass(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    person = a_member()
    return shown(issuer, person, chairs_pass(issuer, person, group_id, age=40))


def _with_a_pass_for_messaging(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    person = a_member()
    return shown(issuer, person, chairs_pass(issuer, person, group_id, audience="messaging"))


def _with_a_jurisdiction_pass(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    person = a_member()
    return shown(issuer, person, issuer.jurisdiction("documents", person, group_id))


def _with_an_access_token_as_pass(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    person = a_member()
    return shown(issuer, person, issuer.access(person))


def _with_a_forged_pass(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    # The body of a pass for this group under the signature of one for another.
    person = a_member()
    head, body, _ = chairs_pass(issuer, person, group_id).split(".")
    signature = chairs_pass(issuer, person, new_id()).split(".")[2]
    return shown(issuer, person, f"{head}.{body}.{signature}")


def _with_a_pass_alone(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    return shown(issuer, None, chairs_pass(issuer, a_member(), group_id))


def _with_an_expired_session(issuer: Issuer, group_id: UUID) -> dict[str, str]:
    person = a_member()
    return shown(issuer, person, chairs_pass(issuer, person, group_id), age=400)


ATTEMPTS: dict[str, Attempt] = {
    **{f"as_{role}": as_staff(role) for role in Role},
    **{
        attempt.__name__.lstrip("_"): attempt
        for attempt in (
            _staff_with_jurisdiction,
            _coordinator_session_of_a_member,
            _without_a_pass,
            _with_anothers_pass,
            _with_another_groups_pass,
            _with_an_expired_pass,
            _with_a_pass_for_messaging,
            _with_a_jurisdiction_pass,
            _with_an_access_token_as_pass,
            _with_a_forged_pass,
            _with_a_pass_alone,
            _with_an_expired_session,
        )
    },
}


def test_every_route_is_tried_here(settings: DocumentsSettings) -> None:
    app: FastAPI = create_app(settings)
    offered = {(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item}
    assert offered == {*ROUTES, *PUBLIC}


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_nobody_without_both_proofs_reaches_a_route(group: Any, issuer: Issuer, name: str) -> None:
    path = await group.chair.upload(b"ours alone", "marker-name")
    _, _, document_id, _, version_id, _ = path.split("/")
    ids = {
        "group_id": group.id,
        "document_id": document_id,
        "version_id": version_id,
        "release_id": new_id(),
        "folder_id": await group.chair.folder("marker-name"),
    }
    for method, route in ROUTES:
        target = re.sub(r"{(\w+)}", lambda match: str(ids[match[1]]), route)
        body = _body_of(method, route, ids)
        answer = await group.client.request(method, target, headers=ATTEMPTS[name](issuer, group.id), **body)
        assert answer.status_code in {401, 403}, (method, route)
        assert "marker-name" not in answer.text
        assert answer.content != b"ours alone"
    seen = (await group.chair.ask("GET", "/documents")).json()["documents"]
    assert [document["newest_version"]["id"] for document in seen] == [version_id]


def _body_of(method: str, route: str, ids: dict[str, Any]) -> dict[str, Any]:
    if route.endswith("/content"):
        return {} if method in {"GET", "HEAD"} else {"content": b"theirs"}
    if route.endswith("/search"):
        return {"params": {"q": "marker"}}
    if method == "PATCH" or (method == "POST" and route.endswith("/folders")):
        return {"json": {"name": "x"}}
    if method != "POST":
        return {}
    if route.endswith("/documents"):
        return {"json": {"name": "x", "readers": "members"}}
    if route.endswith("/versions"):
        return {"json": {"length": 1}}
    if route.endswith(("/revoke", "/restore")):
        return {"json": {}}
    release = {name: str(ids[name]) for name in ("document_id", "version_id")}
    return {"json": {**release, "list_id": str(new_id()), "expires_in_days": 1}}


async def test_what_came_round_the_gateway_is_refused(settings: DocumentsSettings, group: Any) -> None:
    path = f"/groups/{group.id}/documents"
    chair = group.chair
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(settings)), base_url="http://s") as direct:
        for headers in (
            chair.headers,
            {**chair.headers, internal.HEADER: group.issuer.internal("messaging", "GET", path)},
            {**chair.headers, internal.HEADER: group.issuer.internal("documents", "POST", path)},
            {**chair.headers, internal.HEADER: group.issuer.internal("documents", "GET", f"{path}?limit=1")},
        ):
            assert (await direct.get(path, headers=headers)).status_code == 401


async def test_a_removed_member_reads_nothing(group: Any, issuer: Issuer) -> None:
    # Groups gives no pass to somebody who was removed, so the next request comes without, or with an old one (P18).
    path = await group.chair.upload(b"ours")
    member = group.member
    assert (await member.ask("GET", path)).status_code == 200
    for proof in (None, chairs_pass(issuer, member.principal, group.id, age=36)):
        headers = shown(issuer, member.principal, proof)
        answer = await group.client.get(f"/groups/{group.id}{path}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.no_proof")


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_the_keys_process_refuses_the_same_by_itself(
    group: Any, issuer: Issuer, keys_process: Any, name: str, superuser: Any
) -> None:
    async with as_documents(group.issuer, f"{keys_process.url}/groups/{group.id}") as keys:
        for route in KEY_ROUTES:
            answer = await keys.post(route, headers=ATTEMPTS[name](issuer, group.id), json=_asked(route))
            assert answer.status_code in {401, 403}, route
    assert await superuser.fetchval("SELECT count(*) FROM keys.audit WHERE group_id = $1", group.id) == 0
    assert await superuser.fetchval("SELECT count(*) FROM keys.group_keys WHERE group_id = $1", group.id) == 0


def _without_a_fresh_second_factor(person: Principal) -> tuple[Principal, Principal]:
    return (
        replace(person, assurance=Assurance.ONE_FACTOR),
        replace(person, authenticated_at=now() - timedelta(hours=13)),
    )


async def test_the_keys_process_asks_for_rights_and_a_second_factor_by_itself(
    group: Any, issuer: Issuer, keys_process: Any
) -> None:
    member, chair = group.member, group.chair
    proof = chairs_pass(issuer, chair.principal, group.id)
    async with as_documents(group.issuer, f"{keys_process.url}/groups/{group.id}") as keys:
        for route in ("/keys/wrap", "/texts/seal", "/releases"):
            assert (await keys.post(route, headers=member.headers, json=_asked(route))).status_code == 403
            for person in _without_a_fresh_second_factor(chair.principal):
                answer = await keys.post(route, headers=shown(issuer, person, proof), json=_asked(route))
                assert (answer.status_code, answer.json()["code"]) == (403, "auth.second_factor_needed"), route


async def test_officers_change_nothing_on_one_factor_or_an_old_one(group: Any, issuer: Issuer) -> None:
    chair = group.chair
    path = await chair.upload(b"ours alone")
    _, _, document_id, _, version_id, _ = path.split("/")
    ids = {
        "group_id": group.id,
        "document_id": document_id,
        "version_id": version_id,
        "release_id": new_id(),
        "folder_id": await chair.folder(),
    }
    uploading = {"upload-offset": "0", "upload-complete": "?1"}
    sent_as = {"PUT": "application/octet-stream", "PATCH": "application/partial-upload"}
    proof = chairs_pass(issuer, chair.principal, group.id)
    changing = [(method, route) for method, route in ROUTES if method not in {"GET", "HEAD"}]
    for person in _without_a_fresh_second_factor(chair.principal):
        for method, route in changing:
            target = re.sub(r"{(\w+)}", lambda match: str(ids[match[1]]), route)
            headers = shown(issuer, person, proof)
            if route.endswith("/content"):
                headers |= {"content-type": sent_as[method], **uploading}
            answer = await group.client.request(method, target, headers=headers, **_body_of(method, route, ids))
            assert (answer.status_code, answer.json()["code"]) == (403, "auth.second_factor_needed"), (method, route)


async def test_a_forwarder_forwards_with_a_note_and_seals_nothing_else(
    group: Any, keys_process: Any, forward: Any
) -> None:
    path = await group.chair.upload(b"minutes")
    forwarder = group.person(rights=frozenset({Right.FORWARD}))
    (link,) = await forward(forwarder, path, note="For Thursday")
    assert "For Thursday" in (await group.client.get(link.page)).text
    async with as_documents(group.issuer, f"{keys_process.url}/groups/{group.id}") as keys:
        for texts in ({"name": "x"}, {"note": "x", "name": "x"}):
            asked = {"document_id": str(new_id()), "texts": texts}
            answer = await keys.post("/texts/seal", headers=forwarder.headers, json=asked)
            assert (answer.status_code, answer.json()["code"]) == (403, "documents.only_officers"), texts


async def test_the_keys_process_opens_no_release_for_a_session(group: Any, keys_process: Any, forward: Any) -> None:
    (link,) = await forward(group.chair, await group.chair.upload(b"minutes"))
    async with as_documents(group.issuer, keys_process.url) as keys:
        answer = await keys.post(f"/releases/{link.release_id}/open", headers=group.chair.headers, json=link.form)
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.wrong_plane")


async def test_every_key_operation_is_on_record(group: Any, superuser: Any, forward: Any) -> None:
    chair = group.chair
    path = await chair.upload(b"minutes")
    await chair.ask("GET", path)
    (link,) = await forward(chair, path)
    await group.client.post(f"/releases/{link.release_id}/download", data=link.form)
    rows = await superuser.fetch("SELECT operation, person_id FROM keys.audit WHERE group_id = $1", group.id)
    done = sorted(row["operation"] for row in rows)
    assert done == ["open_release", "open_texts", "release", "seal_texts", "unwrap", "unwrap", "wrap"]
    assert {row["person_id"] for row in rows if row["operation"] != "open_release"} == {chair.principal.id}


def _asked(route: str) -> dict[str, Any]:
    place = {"document_id": str(new_id()), "version_id": str(new_id())}
    sealed = {"epoch": 1, "wrapped": "AAAA"}
    asked: dict[str, dict[str, Any]] = {
        "/keys/wrap": place,
        "/keys/unwrap": {**place, **sealed},
        "/texts/seal": {"document_id": str(new_id()), "texts": {"name": "x"}},
        "/texts/open": {"texts": [{"document_id": str(new_id()), "kind": "name", "epoch": 1, "sealed": "AAAA"}]},
        "/releases": {
            **place,
            **sealed,
            "release_id": str(new_id()),
            "name_epoch": 1,
            "sealed_name": "AAAA",
            "note_epoch": None,
            "sealed_note": None,
            "expires_at": (now() + timedelta(days=1)).isoformat(),
            "download_limit": None,
        },
    }
    return asked[route]
