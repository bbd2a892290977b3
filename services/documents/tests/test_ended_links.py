"""Links that messaging ends open nothing from then on, however often it says so (P18)."""

from typing import Any
from uuid import UUID

import pytest
from shared.bus.outcomes import Done, Retry
from shared.contracts.messaging import ReleaseLinksEnded
from shared.ids import new_id


def ended(group: Any, *links: Any, release_id: str | None = None) -> ReleaseLinksEnded:
    return ReleaseLinksEnded(
        release_id=UUID(release_id or links[0].release_id),
        group_id=group.id,
        recipient_refs=[link.ref for link in links],
        version=1,
    )


async def opens(group: Any, link: Any) -> bool:
    page = await group.client.get(link.page)
    answer = await group.client.post(f"/releases/{link.release_id}/download", data=link.form)
    assert (page.status_code, answer.status_code) in {(200, 200), (404, 404)}
    return bool(answer.status_code == 200)


async def told(superuser: Any, release_id: str) -> list[Any]:
    asked = (
        "SELECT envelope->'payload'->'recipient_refs' FROM outbox WHERE routing_key = 'documents.release_revoked.v1'"
        " AND envelope->'payload'->>'release_id' = $1"
    )
    return [row[0] for row in await superuser.fetch(asked, release_id)]


async def test_an_ended_link_opens_no_more_and_the_others_do(
    group: Any, forward: Any, hear: Any, superuser: Any
) -> None:
    chair = group.chair
    path = await chair.upload(b"1234")
    gone, stays = await forward(chair, path, recipients=2)
    event_id = new_id()
    for each in (event_id, event_id, new_id()):
        assert await hear(ended(group, gone), each) == Done()
        assert [await opens(group, link) for link in (gone, stays)] == [False, True]
    (shown,) = (await chair.ask("GET", "/releases")).json()["releases"]
    assert {each["ref"]: each["revoked_at"] is None for each in shown["recipients"]} == {
        str(gone.ref): False,
        str(stays.ref): True,
    }
    assert shown["revoked_at"] is None
    # Told once, to the officers and to whoever sends mails.
    lines = (await chair.ask("GET", f"/documents/{path.split('/')[2]}/ledger")).json()["lines"]
    assert [line["person_id"] for line in lines if line["act"] == "revoked"] == [None]
    assert await told(superuser, gone.release_id) == [f'["{gone.ref}"]']


async def test_what_was_revoked_before_stays_as_it_is(group: Any, forward: Any, hear: Any, superuser: Any) -> None:
    (link,) = await forward(group.chair, await group.chair.upload(b"1234"))
    assert (await group.chair.ask("POST", f"/releases/{link.release_id}/revoke", json={})).status_code == 200
    assert await hear(ended(group, link), new_id()) == Done()
    assert await told(superuser, link.release_id) == ["null"]


async def test_links_that_end_before_they_came_are_waited_for(group: Any, forward: Any, hear: Any) -> None:
    (link,) = await forward(group.chair, await group.chair.upload(b"1234"))
    unknown = ended(group, link).model_copy(update={"recipient_refs": [link.ref, new_id()]})
    assert isinstance(await hear(unknown, new_id()), Retry)
    assert await opens(group, link)


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_a_release_that_is_not_there_has_no_links(
    group: Any, new_group: Any, forward: Any, hear: Any, elsewhere: bool
) -> None:
    (link,) = await forward(group.chair, await group.chair.upload(b"1234"))
    event = ended(new_group(), link) if elsewhere else ended(group, link, release_id=str(new_id()))
    assert await hear(event, new_id()) == Done()
    assert await opens(group, link)
