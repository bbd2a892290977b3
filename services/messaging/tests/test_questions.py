"""What somebody outside writes to a group reaches its officers, each once, and nobody else."""

import asyncio

import pytest
from messaging.domain.sends import MOST_QUESTIONS_A_DAY
from messaging.storage.tables import questions
from shared.auth.sealing import Seal
from shared.bus.outcomes import Done
from shared.contracts.groups import CONTACT_PURPOSE, ContactAsked, ContactWords
from shared.ids import new_id
from sqlalchemy import select, text

from services.messaging.tests.conftest import Group, Person, link_in, text_of


def a_question(group: Group, *officers: Person, **said: str) -> ContactAsked:
    told = {"name": "Joe Outside", "reply_to": "joe@council.example", "text": "When do you meet?"} | said
    sealed = Seal(group.bus.resources.settings.trust_folder, "messaging").seal(
        CONTACT_PURPOSE, ContactWords(**told).model_dump_json()
    )
    officer_ids = [each.id for each in officers]
    return ContactAsked(contact_id=new_id(), group_id=group.id, officer_ids=officer_ids, sealed_words=sealed, version=1)


async def kept(group: Group) -> int:
    query = text("SELECT count(*) FROM questions q JOIN sends s ON s.id = q.send_id WHERE s.group_id = :id")
    async with group.bus.resources.engine.connect() as connection:
        return int(await connection.scalar(query, {"id": group.id}) or 0)


async def test_each_officer_has_one_mail_and_sees_nobody_elses_address(group: Group) -> None:
    deputy, member = await group.add(), await group.add()
    question = a_question(group, group.chair, deputy)
    for _ in range(2):
        assert await group.bus.tell(question) == [Done()]
    await group.bus.send(group.id)
    assert group.mails(member.email) == []
    for officer, other in ((group.chair, deputy), (deputy, group.chair)):
        (mail,) = group.mails(officer.email)
        assert mail["Reply-To"] == "joe@council.example"
        assert mail["From"] == "Contact form via OurWatch <no-reply@ourwatch.test>"
        assert mail["Subject"] == f"A question to {group.name}"
        assert "When do you meet?" in text_of(mail)
        assert "Joe Outside" in text_of(mail)
        assert "does not know who wrote this" in text_of(mail)
        assert str(other.email) not in mail.as_string()


async def test_what_was_written_is_sealed_and_gone_once_it_is_mailed(group: Group) -> None:
    await group.bus.tell(a_question(group, group.chair))
    assert await kept(group) == 1
    async with group.bus.resources.engine.connect() as connection:
        rows = (await connection.execute(select(questions))).all()
    assert not any(word in repr(rows) for word in ("Joe", "council", "meet"))
    await group.bus.send(group.id)
    assert await kept(group) == 0
    assert len(group.mails(group.chair.email)) == 1


async def test_a_household_of_officers_has_one_copy_and_no_officer_means_no_mail(group: Group) -> None:
    spouse, nobody = await group.add(group.chair.email), await group.add(None)
    await group.bus.tell(a_question(group, group.chair, spouse, nobody))
    await group.bus.send(group.id)
    assert len(group.mails(group.chair.email)) == 1
    await group.bus.tell(a_question(group, nobody), a_question(group))
    assert await kept(group) == 0


async def test_who_was_removed_meanwhile_or_left_the_groups_emails_gets_nothing(group: Group) -> None:
    """P18, P27."""
    removed, leaver = await group.add(), await group.add()
    await group.bus.tell(a_question(group, leaver))
    await group.bus.send(group.id)
    token = link_in(group.mails(leaver.email)[0], "token")
    await group.client.post(f"/leave?token={token}", data={"List-Unsubscribe": "One-Click"})
    await group.bus.tell(a_question(group, removed, leaver, Person(group.chair.principal, None)))
    await group.membership(removed, "removed", 2)
    await group.bus.send(group.id)
    assert (len(group.mails(removed.email)), len(group.mails(leaver.email))) == (0, 1)
    assert {"left", "no_longer_a_member"} <= set(await group.reasons())
    assert len(group.mails(group.chair.email)) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"name": "A =?UTF-8?Q?=0D=0ABcc: x@evil.example?="},
        {"name": "<b>Bold</b>", "text": "<script>alert(1)</script>\n.\nBcc: x@evil.example"},
        {"name": "A\u2028Bcc: x@evil.example"},
    ],
)
async def test_nothing_that_is_typed_becomes_a_header_or_markup(group: Group, said: dict[str, str]) -> None:
    await group.bus.tell(a_question(group, group.chair, **said))
    await group.bus.send(group.id)
    (mail,) = group.mails(group.chair.email)
    assert mail["Bcc"] is None
    written_by_the_mailbox = {"Return-Path", "X-Original-To", "Delivered-To"}
    assert set(mail.keys()) - written_by_the_mailbox == {
        "To", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Reply-To", "From", "Subject",
        "Date", "MIME-Version", "Content-Type",
    }  # fmt: skip
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()
    assert "<b>" not in html.get_content()


@pytest.mark.parametrize("reply_to", ["a@b.example\r\nBcc: x@evil.example", "a@b.example, c@d.example", "-f@b.example"])
async def test_an_address_that_is_more_than_one_fails_and_is_forgotten(group: Group, reply_to: str) -> None:
    """Groups refuses it at the door already."""
    await group.bus.tell(a_question(group, group.chair, reply_to=reply_to))
    await group.bus.send(group.id)
    assert group.mails(group.chair.email) == []
    assert await kept(group) == 0


async def test_nobody_fills_the_officers_mailboxes(group: Group) -> None:
    asked = [a_question(group, group.chair, name=f"N{n}") for n in range(MOST_QUESTIONS_A_DAY + 10)]
    await asyncio.gather(*(group.bus.tell(each) for each in asked))
    async with group.bus.resources.engine.connect() as connection:
        count = text("SELECT count(*) FROM sends WHERE group_id = :id")
        assert await connection.scalar(count, {"id": group.id}) == MOST_QUESTIONS_A_DAY
