"""A message reaches every mailbox once, from the right sender."""

import asyncio
import re
from typing import Any

from shared.bus.outcomes import Done
from shared.ids import new_id

from services.messaging.tests.conftest import Group, an_address, link_in, text_of


async def test_every_member_has_one_copy_from_the_office_that_sent_it(group: Group) -> None:
    people = [group.chair, await group.add(), await group.add()]
    message_id = await group.write()
    assert await group.bus.send(group.id) == [Done()]
    for person in people:
        (mail,) = group.mails(person.email)
        assert mail["From"] == '"Chair of Mile End Panel via OurWatch" <no-reply@ourwatch.test>' or (
            str(mail["From"]) == "Chair of Mile End Panel via OurWatch <no-reply@ourwatch.test>"
        )
        assert (mail["Subject"], mail["To"]) == ("Street lights", person.email)
        assert "They are back on." in text_of(mail)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["List-Unsubscribe"] == f"<http://ourwatch.test/leave?token={link_in(mail, 'token')}>"
    assert await group.figures(message_id) == {
        "queued": 0,
        "sent": 3,
        "withheld": 0,
        "failed": 0,
        "repeated": 0,
        "withheld_by_pause": 0,
    }


async def test_a_household_with_one_mailbox_gets_one_copy(group: Group) -> None:
    home = an_address()
    for written in (home, home.upper(), f" {home.title()} "):
        await group.add(written)
    message_id = await group.write()
    await group.bus.send(group.id)
    assert len(group.mails(home)) == 1
    assert (await group.figures(message_id))["sent"] == 2  # the chair's and the household's


async def test_a_member_without_a_mailbox_reads_it_in_the_inbox(group: Group) -> None:
    person = await group.add(None)
    message_id = await group.write()
    await group.bus.send(group.id)
    answer = await group.client.get("/inbox", headers=group.inbox_headers(person))
    assert [m["id"] for m in answer.json()["messages"]] == [message_id]
    assert answer.json()["messages"][0]["from"] == "Chair of Mile End Panel"
    assert answer.json()["messages"][0]["group"] == "Mile End Panel"


async def test_sending_twenty_times_at_once_with_one_key_is_one_message(group: Group) -> None:
    headers = {"idempotency-key": new_id().hex}
    told = {"subject": "Once", "body": "And no more.", "attachment_ids": []}
    answers = await asyncio.gather(*(group.ask("POST", "/messages", json=told, headers=headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    await group.bus.send(group.id)
    assert len(group.mails(group.chair.email)) == 1


async def test_no_address_of_another_stands_in_a_mail(group: Group) -> None:
    people = [group.chair, await group.add(), await group.add()]
    await group.write()
    await group.bus.send(group.id)
    for person in people:
        (mail,) = group.mails(person.email)
        raw = mail.as_bytes().decode()
        assert not [other.email for other in people if other is not person and str(other.email) in raw]


async def test_mail_programs_sort_by_a_label_that_tells_nothing(group: Group) -> None:
    list_id = await group.make_list("Neighbours")
    await group.ask("PUT", f"/lists/{list_id}/members/{group.chair.id}")
    to_list = {"include": [{"kind": "list", "list_id": list_id}]}
    asked: list[tuple[str, dict[str, Any]]] = [("One", {}), ("Two", {}), ("Three", {"audience": to_list})]
    for subject, more in asked:
        await group.write(subject, **more)
    await group.alert(group.staff(), "Four")
    await group.bus.send(group.id)
    labels = {str(mail["Subject"]): str(mail["List-Id"]) for mail in group.mails(group.chair.email)}
    assert labels["One"] == labels["Two"]
    assert len(set(labels.values())) == 3
    for label in labels.values():
        assert re.fullmatch(r"<[0-9a-f]{32}\.ourwatch\.test>", label)
        assert not [each for each in (group.id.hex, list_id.replace("-", "")) if each in label]
