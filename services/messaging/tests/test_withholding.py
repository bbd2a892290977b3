"""Who may no longer be written to gets nothing, also when the mail was queued before (P18, P25, P27)."""

from datetime import timedelta
from uuid import UUID

import pytest
from shared.bus.outcomes import Done
from shared.clock import now
from shared.contracts.documents import ReleaseCreated, ReleaseRevoked
from shared.contracts.identity import ContactChanged, PersonChanged
from shared.ids import new_id

from services.messaging.tests.conftest import Group, link_in


@pytest.mark.parametrize("state", ["removed", "left", "suspended"])
async def test_who_is_removed_after_the_send_gets_no_mail(group: Group, state: str) -> None:
    person = await group.add()
    message_id = await group.write()
    await group.membership(person, state, 2)  # type: ignore[arg-type]  # parametrize gives str
    await group.bus.send(group.id)
    assert group.mails(person.email) == []
    assert await group.figures(message_id) == {
        "queued": 0,
        "sent": 1,
        "withheld": 1,
        "failed": 0,
        "repeated": 0,
        "withheld_by_pause": 0,
    }
    assert set(await group.reasons()) == {None, "no_longer_a_member"}


async def test_a_household_is_written_to_while_one_of_them_belongs(group: Group) -> None:
    first = await group.add()
    await group.add(first.email)
    await group.write()
    await group.membership(first, "removed", 2)
    await group.bus.send(group.id)
    assert len(group.mails(first.email)) == 1


async def test_a_closed_account_and_a_lost_address_get_no_mail(group: Group) -> None:
    closed, changed = await group.add(), await group.add()
    await group.write()
    await group.bus.tell(
        PersonChanged(person_id=closed.id, display_name="", state="closed", area=None, version=2),
        ContactChanged(person_id=changed.id, email=None, version=2),
    )
    await group.bus.send(group.id)
    assert group.mails(closed.email) + group.mails(changed.email) == []


async def test_an_archived_group_sends_no_more(group: Group) -> None:
    message_id = await group.write()
    await group.close()
    await group.bus.send(group.id)
    assert (await group.figures(message_id))["withheld"] == 1


async def test_one_click_without_a_session_leaves_also_what_is_queued(group: Group) -> None:
    await group.write()
    await group.bus.send(group.id)
    token = link_in(group.mails(group.chair.email)[0], "token")
    await group.write("Second")
    answer = await group.client.post(f"/leave?token={token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    await group.bus.send(group.id)
    assert [mail["Subject"] for mail in group.mails(group.chair.email)] == ["Street lights"]
    # The group is not left: the inbox has both.
    inbox = await group.client.get("/inbox", headers=group.inbox_headers(group.chair))
    assert [message["subject"] for message in inbox.json()["messages"]] == ["Second", "Street lights"]


async def test_looking_at_the_leave_page_changes_nothing(group: Group) -> None:
    await group.write()
    await group.bus.send(group.id)
    token = link_in(group.mails(group.chair.email)[0], "token")
    assert (await group.client.get(f"/leave?token={token}")).status_code == 200
    await group.write("Second")
    await group.bus.send(group.id)
    assert len(group.mails(group.chair.email)) == 2


async def test_leaving_is_undone_within_seven_days(group: Group) -> None:
    await group.write()
    await group.bus.send(group.id)
    token = link_in(group.mails(group.chair.email)[0], "token")
    await group.client.post("/leave", data={"token": token})
    await group.client.post("/leave/undo", data={"token": token})
    await group.write("Second")
    await group.bus.send(group.id)
    assert len(group.mails(group.chair.email)) == 2


async def test_leaving_alerts_keeps_the_groups_own_messages(group: Group) -> None:
    police = group.staff()
    await group.alert(police)
    await group.bus.send(group.id)
    token = link_in(group.mails(group.chair.email)[0], "token")
    await group.client.post("/leave", data={"token": token})
    await group.alert(police, "Second alert")
    await group.write("From the chair")
    await group.bus.send(group.id)
    assert [mail["Subject"] for mail in group.mails(group.chair.email)] == ["Van thefts", "From the chair"]


async def test_a_leave_token_of_any_kind_is_answered_alike(group: Group) -> None:
    await group.write()
    await group.bus.send(group.id)
    token = link_in(group.mails(group.chair.email)[0], "token")
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    answers = {each: await group.client.post("/leave", data={"token": each}) for each in (token, forged, "x-x-x")}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert len({answer.text.replace(each, "") for each, answer in answers.items()}) == 1
    assert "If this link was whole" in answers[token].text
    assert (await group.client.post("/leave")).status_code == 200


async def _release(group: Group, list_id: str) -> UUID:
    release_id = new_id()
    event = ReleaseCreated(
        release_id=release_id,
        group_id=group.id,
        list_id=UUID(list_id),
        released_by=group.chair.id,
        expires_at=now() + timedelta(days=7),
        version=1,
    )
    assert await group.bus.tell(event, event) == [Done(), Done()]
    return release_id


async def test_a_revoked_release_is_not_mailed(group: Group) -> None:
    list_id = await group.make_list()
    joe, ann = await group.contact(list_id), await group.contact(list_id)
    release_id = await _release(group, list_id)
    await group.bus.tell(ReleaseRevoked(release_id=release_id, group_id=group.id, recipient_refs=None, version=2))
    await group.bus.send(group.id)
    assert len(group.mails(joe)) == len(group.mails(ann)) == 1  # what asked them to confirm, and no more


async def test_a_removed_contact_is_not_mailed(group: Group) -> None:
    list_id = await group.make_list()
    joe, ann = await group.contact(list_id), await group.contact(list_id)
    await _release(group, list_id)
    contacts = (await group.ask("GET", f"/lists/{list_id}")).json()["contacts"]
    (ann_id,) = [each["id"] for each in contacts if each["email"] == ann]
    assert (await group.ask("DELETE", f"/lists/{list_id}/contacts/{ann_id}")).status_code == 204
    await group.bus.send(group.id)
    assert (len(group.mails(joe)), len(group.mails(ann))) == (2, 1)


async def test_who_left_a_list_is_back_only_with_their_own_new_yes(group: Group) -> None:
    list_id = await group.make_list()
    joe = await group.contact(list_id)
    await _release(group, list_id)
    await group.bus.send(group.id)
    token = link_in(group.mails(joe)[-1], "token")
    await group.client.post("/leave", data={"token": token})
    seen = (await group.ask("GET", f"/lists/{list_id}")).json()["contacts"]
    assert [each["state"] for each in seen] == ["left"]
    await group.ask("DELETE", f"/lists/{list_id}/contacts/{seen[0]['id']}")
    await group.contact(list_id, joe, confirmed=False)
    await _release(group, list_id)
    await group.bus.send(group.id)
    before = len(group.mails(joe))
    secret = link_in(group.mails(joe)[-1], "secret")
    await group.client.post("/contacts/confirm", data={"secret": secret})
    await _release(group, list_id)
    await group.bus.send(group.id)
    assert len(group.mails(joe)) == before + 1
