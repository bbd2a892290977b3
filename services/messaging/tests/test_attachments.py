"""Attachments: sealed in the bucket, carried in the mail, read by members; and nothing readable at rest."""

import asyncio

import pytest
from messaging.bootstrap import Resources
from shared.auth.principal import Principal
from shared.contracts.identity import OrganisationChanged
from shared.ids import new_id
from shared.testing.service import Ground
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.messaging.tests.conftest import Group

CONTENT = b"%PDF-1.7 van thefts by street " * 3000
RAW = {"content-type": "application/octet-stream"}


async def declare(group: Group, name: str = "Van thefts.pdf", length: int = len(CONTENT)) -> str:
    told = {"name": name, "content_type": "application/pdf", "length": length}
    answer = await group.ask("POST", "/attachments", json=told)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def attach(group: Group, content: bytes = CONTENT) -> str:
    attachment_id = await declare(group, length=len(content))
    answer = await group.ask("PUT", f"/attachments/{attachment_id}/content", content=content, headers=RAW)
    assert answer.status_code == 204, answer.text
    return attachment_id


async def attach_as(group: Group, staff: Principal) -> str:
    told = {"name": "Alert.pdf", "content_type": "application/pdf", "length": len(CONTENT)}
    made = (await group.ask_as_staff("POST", "/attachments", staff, json=told)).json()["id"]
    path = f"/attachments/{made}/content"
    assert (await group.ask_as_staff("PUT", path, staff, content=CONTENT, headers=RAW)).status_code == 204
    return str(made)


async def test_an_attachment_comes_in_the_mail_and_to_members_byte_for_byte(group: Group) -> None:
    member = await group.add()
    attachment_id = await attach(group)
    message_id = await group.write(attachment_ids=[attachment_id])
    await group.bus.send(group.id)
    (part,) = group.mails(member.email)[0].iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("Van thefts.pdf", CONTENT)
    path = f"/messages/{message_id}/attachments/{attachment_id}"
    answer = await group.ask("GET", path, group.headers(member))
    assert answer.content == CONTENT
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Van%20thefts.pdf"
    seen = (await group.ask("GET", f"/messages/{message_id}", group.headers(member))).json()["attachments"]
    assert seen == [
        {"id": attachment_id, "name": "Van thefts.pdf", "content_type": "application/pdf", "length": len(CONTENT)}
    ]


async def test_an_alert_carries_its_attachment(group: Group) -> None:
    staff = group.staff()
    await group.alert(staff, attachment_ids=[await attach_as(group, staff)])
    await group.bus.send(group.id)
    (part,) = group.mails(group.chair.email)[0].iter_attachments()
    assert part.get_content() == CONTENT


async def test_an_attachment_is_sent_once_and_by_nobody_but_its_own_group_or_organisation(group: Group) -> None:
    staff, officer = group.staff(), await group.add()
    told = {"subject": "S", "body": "B"}
    of_staff, of_chair, empty = await attach_as(group, staff), await attach(group), await declare(group)
    for attachment_id in (of_staff, empty):
        answer = await group.ask("POST", "/messages", json=told | {"attachment_ids": [attachment_id]})
        assert answer.json()["code"] == "messaging.attachment_not_ready"
    council = new_id()
    others = group.staff(organisation_id=council)
    await group.bus.tell(OrganisationChanged(organisation_id=council, name="Council", authority=None, version=1))
    alert = told | {"priority": 2, "attachment_ids": [of_staff]}
    answer = await group.ask_as_staff("POST", "/messages", others, json=alert)
    assert answer.json()["code"] == "messaging.attachment_not_ready"
    # Another officer of the group may: several work on one draft.
    theirs = group.headers(officer, "secretary")
    answers = await asyncio.gather(
        *(group.ask("POST", "/messages", who, json=told | {"attachment_ids": [of_chair]}) for who in [None, theirs] * 5)
    )
    assert sorted(answer.status_code for answer in answers) == [202] + [422] * 9


@pytest.mark.parametrize("content", [CONTENT + b"x", CONTENT[:-1], b""])
async def test_content_of_another_length_is_refused_and_nothing_is_kept(group: Group, content: bytes) -> None:
    attachment_id = await declare(group)
    answer = await group.ask("PUT", f"/attachments/{attachment_id}/content", content=content, headers=RAW)
    assert (answer.status_code, answer.json()["code"]) == (422, "messaging.length_differs")


@pytest.mark.parametrize("name", ["a =?UTF-8?Q?=0A?=Bcc: x@y.pdf", "a\nb.pdf", "../b.pdf", "a\\b.pdf"])
async def test_a_name_that_is_more_than_a_name_is_refused(group: Group, name: str) -> None:
    told = {"name": name, "content_type": "application/pdf", "length": 1}
    assert (await group.ask("POST", "/attachments", json=told)).status_code == 422


async def test_an_attachment_over_25_mib_is_refused(group: Group) -> None:
    told = {"name": "a.pdf", "content_type": "application/pdf", "length": (25 << 20) + 1}
    assert (await group.ask("POST", "/attachments", json=told)).status_code == 422


async def test_large_attachments_stay_out_of_the_mail_and_are_named_in_it(group: Group) -> None:
    await group.write(attachment_ids=[await attach(group, bytes(8 << 20))])
    await group.bus.send(group.id)
    (mail,) = group.mails(group.chair.email)
    assert list(mail.iter_attachments()) == []
    assert "1 attached file(s) are too large for an email" in mail.as_string()


async def test_a_stolen_database_and_bucket_show_no_message(group: Group, ground: Ground, resources: Resources) -> None:
    attachment_id = await attach(group)
    await group.write("Quite secret subject", "Quite secret body", attachment_ids=[attachment_id])
    await group.bus.send(group.id)
    engine = create_async_engine(ground.owner_database_url)
    async with engine.connect() as connection:
        tables = await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        rows = [str(row) for t in tables for row in await connection.scalars(text(f"SELECT t::text FROM {t} t"))]
        key = await connection.scalar(text("SELECT object_key FROM attachments WHERE id = :id"), {"id": attachment_id})
    await engine.dispose()
    dump = "\n".join(rows)
    for secret in ("Quite secret subject", "Quite secret body", "Van thefts.pdf"):
        assert secret not in dump
        assert secret.encode().hex() not in dump
    assert str(group.id) in dump
    async with resources.store.get(str(key)) as reading:
        stored = b"".join([piece async for piece in reading])
    assert b"van thefts" not in stored
