"""Releases: links that open one version, until they do not (P21)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from documents.bootstrap import Resources
from documents.use_cases.republish import republish
from shared.auth.passes import Right
from shared.auth.principal import Assurance, Role
from shared.clock import now
from shared.ids import new_id
from shared.testing.client import signed
from shared.testing.issuer import Issuer, a_member, a_police_system, a_staff_member

from services.documents.tests.conftest import as_documents

CONTENT = b"the minutes of the panel" * 2000


async def downloads_of(group: Any, release_id: str) -> dict[str, int]:
    page = (await group.chair.ask("GET", "/releases")).json()["releases"]
    release = next(release for release in page if release["id"] == release_id)
    return {link["ref"]: link["downloads"] for link in release["recipients"]}


async def test_each_recipient_downloads_through_a_link_of_their_own(group: Any, forward: Any) -> None:
    path = await group.chair.upload(CONTENT, "Minutes.pdf")
    one, two = await forward(group.chair, path, recipients=2)
    answer = await group.client.post(f"/releases/{one.release_id}/download", data=one.form)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert "Minutes.pdf" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert await downloads_of(group, one.release_id) == {str(one.ref): 1, str(two.ref): 0}


async def test_the_page_shows_no_name_and_looking_counts_nothing(group: Any, forward: Any) -> None:
    path = await group.chair.upload(CONTENT, "Burglary at number 9.pdf")
    (link,) = await forward(group.chair, path, download_limit=1)
    for _ in range(3):
        page = await group.client.get(link.page)
        assert page.status_code == 200
        assert "Burglary" not in page.text
        assert "<script" not in page.text
        assert page.headers["cache-control"] == "no-store"
        await group.client.head(link.page)
        await group.client.get(f"/releases/{link.release_id}/download")
    assert await downloads_of(group, link.release_id) == {str(link.ref): 0}
    assert (await group.client.post(f"/releases/{link.release_id}/download", data=link.form)).status_code == 200


async def test_the_page_says_whose_it_is_until_when_and_what_they_write(
    group: Any, forward: Any, superuser: Any
) -> None:
    path = await group.chair.upload(CONTENT)
    (link,) = await forward(group.chair, path, note="Please read before <Monday>.\nAnn")
    page = await group.client.get(link.page)
    assert "Mile End &amp; Bow &lt;Panel&gt; has shared a file with you" in page.text
    assert "<p>Please read before &lt;Monday&gt;.</p><p>Ann</p>" in page.text
    (plain,) = await forward(group.chair, path)
    assert "They write" not in (await group.client.get(plain.page)).text
    rows = [
        str(row)
        for table in ("releases", "release_recipients", "keys.release_wraps", "outbox")
        for row in await superuser.fetch(f"SELECT * FROM {table}")
    ]
    assert not [row for row in rows if "Monday" in row or "Mile End" in row]
    release = (await group.chair.ask("GET", "/releases")).json()["releases"][1]
    assert (release["id"], release["has_note"]) == (link.release_id, True)


async def test_a_note_is_for_whoever_holds_a_link_that_opens(group: Any, forward: Any, keys_process: Any) -> None:
    (link,) = await forward(group.chair, await group.chair.upload(CONTENT), note="Read me", download_limit=1)
    async with as_documents(group.issuer, keys_process.url) as keys:
        asked = f"/releases/{link.release_id}/note"
        assert (await keys.post(asked, json=link.form)).json() == {"note": "Read me"}
        assert (await keys.post(asked, json={**link.form, "secret": "wrong"})).status_code == 404
        assert (await keys.post(asked, json=link.form, headers=group.chair.headers)).status_code == 403
        await group.client.post(f"/releases/{link.release_id}/download", data=link.form)
        assert (await keys.post(asked, json=link.form)).status_code == 404


async def test_officers_see_who_downloaded_when(group: Any, forward: Any, new_group: Any) -> None:
    one, two = await forward(group.chair, await group.chair.upload(CONTENT), recipients=2)
    for link in (one, two, one):
        await group.client.post(f"/releases/{link.release_id}/download", data=link.form)
    path = f"/releases/{one.release_id}/downloads"
    page = (await group.chair.ask("GET", f"{path}?limit=2")).json()
    assert [each["ref"] for each in page["downloads"]] == [str(one.ref), str(two.ref)]
    rest = (await group.chair.ask("GET", f"{path}?limit=2&after={page['next']}")).json()
    assert [each["ref"] for each in rest["downloads"]] == [str(one.ref)]
    assert rest["next"] is None
    assert (await group.member.ask("GET", path)).status_code == 403
    assert (await new_group().chair.ask("GET", path)).status_code == 404


async def test_forwarders_see_downloads_of_what_members_may_read_alone(group: Any, forward: Any) -> None:
    forwarder = group.person(rights=frozenset({Right.FORWARD}))
    (link,) = await forward(group.chair, await group.chair.upload(CONTENT, readers="officers"))
    (open_link,) = await forward(group.chair, await group.chair.upload(CONTENT))
    assert (await forwarder.ask("GET", f"/releases/{link.release_id}/downloads")).status_code == 404
    assert (await forwarder.ask("GET", f"/releases/{open_link.release_id}/downloads")).status_code == 200


async def test_every_link_that_does_not_open_gets_the_same_answer(group: Any, forward: Any, superuser: Any) -> None:
    chair = group.chair
    path = await chair.upload(CONTENT)
    (wrong,) = await forward(chair, path)
    (expired,) = await forward(chair, path)
    (revoked,) = await forward(chair, path)
    (revoked_alone,) = await forward(chair, path)
    (used_up,) = await forward(chair, path, download_limit=1)
    await superuser.execute("UPDATE releases SET expires_at = now() WHERE id = $1", UUID(expired.release_id))
    await chair.ask("POST", f"/releases/{revoked.release_id}/revoke", json={})
    await chair.ask(
        "POST", f"/releases/{revoked_alone.release_id}/revoke", json={"recipient_refs": [str(revoked_alone.ref)]}
    )
    await group.client.post(f"/releases/{used_up.release_id}/download", data=used_up.form)
    links = [
        replace(wrong, secret="wrong"),
        replace(wrong, secret=""),
        replace(wrong, ref=new_id()),
        replace(wrong, release_id=str(new_id())),
        replace(wrong, ref="no uuid"),
        replace(wrong, release_id=revoked.release_id),
        expired,
        revoked,
        revoked_alone,
        used_up,
    ]
    pages = [await group.client.get(link.page) for link in links]
    files = [await group.client.post(f"/releases/{link.release_id}/download", data=link.form) for link in links]
    answers = {(a.status_code, a.text, tuple(sorted(a.headers.items()))) for a in (*pages, *files)}
    assert len(answers) == 1
    assert pages[0].status_code == 404


async def test_a_release_that_the_keys_process_saw_expire_stays_shut(group: Any, forward: Any, superuser: Any) -> None:
    # Whoever could write the service's own tables cannot make a release live longer than was proved.
    (link,) = await forward(group.chair, await group.chair.upload(CONTENT))
    await superuser.execute(
        "UPDATE keys.release_wraps SET expires_at = now() WHERE release_id = $1", UUID(link.release_id)
    )
    assert (await group.client.post(f"/releases/{link.release_id}/download", data=link.form)).status_code == 404


async def test_thirty_downloads_at_once_do_not_pass_the_limit(group: Any, forward: Any) -> None:
    (link,) = await forward(group.chair, await group.chair.upload(CONTENT), download_limit=3)
    answers = await asyncio.gather(
        *(group.client.post(f"/releases/{link.release_id}/download", data=link.form) for _ in range(30))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [404] * 27
    assert await downloads_of(group, link.release_id) == {str(link.ref): 3}


async def test_revoking_one_link_leaves_the_others(group: Any, forward: Any) -> None:
    chair = group.chair
    one, two = await forward(chair, await chair.upload(CONTENT), recipients=2)
    answer = await chair.ask("POST", f"/releases/{one.release_id}/revoke", json={"recipient_refs": [str(one.ref)]})
    assert answer.status_code == 200
    assert (await group.client.post(f"/releases/{one.release_id}/download", data=one.form)).status_code == 404
    assert (await group.client.post(f"/releases/{two.release_id}/download", data=two.form)).status_code == 200


async def test_revoking_tells_messaging_once(group: Any, forward: Any, superuser: Any) -> None:
    chair = group.chair
    one, two = await forward(chair, await chair.upload(CONTENT), recipients=2)

    async def told() -> list[tuple[Any, int]]:
        rows = await superuser.fetch(
            "SELECT envelope->'payload'->'recipient_refs' refs, envelope->>'aggregate_version' v FROM outbox "
            "WHERE routing_key = 'documents.release_revoked.v1' AND envelope->>'aggregate_id' = $1 ORDER BY id",
            one.release_id,
        )
        return [(row["refs"], int(row["v"])) for row in rows]

    for refs in ([str(one.ref)], [str(one.ref)], [str(two.ref)], None, None):
        await chair.ask("POST", f"/releases/{one.release_id}/revoke", json={"recipient_refs": refs})
    both = sorted([str(one.ref), str(two.ref)])
    events = await told()
    assert [version for _, version in events] == [2, 3, 4]
    assert events[0][0] == f'["{one.ref}"]'
    assert all(ref in events[1][0] for ref in both)
    assert events[2][0] == "null"


async def test_an_unknown_link_is_not_revoked(group: Any, forward: Any) -> None:
    (link,) = await forward(group.chair, await group.chair.upload(CONTENT))
    answer = await group.chair.ask(
        "POST", f"/releases/{link.release_id}/revoke", json={"recipient_refs": [str(link.ref), str(new_id())]}
    )
    assert answer.status_code == 404
    assert (await group.client.get(link.page)).status_code == 200


async def test_deleting_the_document_ends_its_releases(group: Any, forward: Any) -> None:
    path = await group.chair.upload(CONTENT)
    (link,) = await forward(group.chair, path)
    await group.chair.ask("DELETE", path.partition("/versions")[0])
    assert (await group.client.get(link.page)).status_code == 404
    assert (await group.client.post(f"/releases/{link.release_id}/download", data=link.form)).status_code == 404


@pytest.mark.parametrize("role", [Role.POLICE, Role.COORDINATOR, Role.ADMINISTRATOR, Role.POLICE_SYSTEM])
async def test_staff_and_machines_cannot_use_a_link(group: Any, forward: Any, issuer: Issuer, role: Role) -> None:
    (link,) = await forward(group.chair, await group.chair.upload(CONTENT))
    person = a_police_system() if role is Role.POLICE_SYSTEM else a_staff_member(role, frozenset({"E09000030"}))
    headers = signed(issuer, person, "documents")
    page = await group.client.get(link.page, headers=headers)
    file = await group.client.post(f"/releases/{link.release_id}/download", data=link.form, headers=headers)
    assert {(a.status_code, a.json()["code"]) for a in (page, file)} == {(403, "auth.wrong_plane")}
    assert await downloads_of(group, link.release_id) == {str(link.ref): 0}


async def test_a_signed_in_member_can_use_a_link(group: Any, forward: Any, issuer: Issuer) -> None:
    (link,) = await forward(group.chair, await group.chair.upload(CONTENT))
    headers = signed(issuer, a_member(), "documents")
    answer = await group.client.post(f"/releases/{link.release_id}/download", data=link.form, headers=headers)
    assert answer.status_code == 200


async def test_only_officers_and_forwarders_forward(group: Any, forward: Any) -> None:
    path = await group.chair.upload(CONTENT)
    hidden = await group.chair.upload(CONTENT, readers="officers")
    forwarder = group.person(rights=frozenset({Right.FORWARD}))
    await forward(forwarder, path)
    (officers_own,) = await forward(group.chair, hidden)
    _, _, document_id, _, version_id, _ = hidden.split("/")
    body = {"document_id": document_id, "version_id": version_id, "list_id": str(new_id()), "expires_in_days": 7}
    assert (await forwarder.ask("POST", "/releases", json=body)).status_code == 404
    assert (await group.member.ask("POST", "/releases", json=body)).status_code == 403
    assert (await group.member.ask("GET", "/releases")).status_code == 403
    seen = {release["id"] for release in (await forwarder.ask("GET", "/releases")).json()["releases"]}
    assert len(seen) == 1
    assert officers_own.release_id not in seen
    assert (await forwarder.ask("POST", f"/releases/{officers_own.release_id}/revoke", json={})).status_code == 404


@pytest.mark.parametrize(
    "change", [{"assurance": Assurance.ONE_FACTOR}, {"authenticated_at": now() - timedelta(hours=13)}]
)
async def test_forwarding_and_revoking_need_a_second_factor(group: Any, forward: Any, change: dict[str, Any]) -> None:
    chair = group.chair
    path = await chair.upload(CONTENT)
    (link,) = await forward(chair, path)
    chair.principal = replace(chair.principal, **change)
    _, _, document_id, _, version_id, _ = path.split("/")
    body = {"document_id": document_id, "version_id": version_id, "list_id": str(new_id()), "expires_in_days": 7}
    for answer in (
        await chair.ask("POST", "/releases", json=body),
        await chair.ask("POST", f"/releases/{link.release_id}/revoke", json={}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.second_factor_needed")


async def test_a_version_without_content_is_not_forwarded(group: Any) -> None:
    chair = group.chair
    _, _, document_id, _, version_id, _ = (await chair.declare(await chair.add(), 4)).split("/")
    body = {"document_id": document_id, "version_id": version_id, "list_id": str(new_id()), "expires_in_days": 7}
    answer = await chair.ask("POST", "/releases", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.version_not_ready")


async def test_twenty_repeated_posts_make_one_release(group: Any) -> None:
    chair = group.chair
    _, _, document_id, _, version_id, _ = (await chair.upload(CONTENT)).split("/")
    body = {"document_id": document_id, "version_id": version_id, "list_id": str(new_id()), "expires_in_days": 7}
    headers = {"idempotency-key": "one-release-and-no-more"}
    answers = await asyncio.gather(*(chair.ask("POST", "/releases", json=body, headers=headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len((await chair.ask("GET", "/releases")).json()["releases"]) == 1


async def test_republishing_tells_every_release_again(
    group: Any, forward: Any, resources: Resources, superuser: Any
) -> None:
    one, _two = await forward(group.chair, await group.chair.upload(CONTENT), recipients=2)
    await group.chair.ask("POST", f"/releases/{one.release_id}/revoke", json={"recipient_refs": [str(one.ref)]})
    asked = (
        "SELECT routing_key || ' ' || (envelope->>'aggregate_version') told FROM outbox "
        "WHERE envelope->>'aggregate_id' = $1 ORDER BY id"
    )
    first = [row["told"] for row in await superuser.fetch(asked, one.release_id)]
    await superuser.execute("DELETE FROM outbox")
    assert await republish(resources.unit_of_work) >= 1
    assert [row["told"] for row in await superuser.fetch(asked, one.release_id)] == first
