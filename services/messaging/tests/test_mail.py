"""What stands in a mail: nothing that somebody typed becomes a header, an end of the mail, or markup."""

import email
import email.policy
from datetime import UTC, datetime

import pytest
from messaging.copies import Attached, Slot
from messaging.letters import message_letter, release_letter
from shared.contracts.groups import GroupChanged
from shared.contracts.identity import OrganisationChanged
from shared.mail.message import UnsafeHeader

from services.messaging.tests.conftest import Group, text_of

HOSTILE = [
    "A =?UTF-8?Q?=0A?=Bcc: x@evil.test",
    "=?utf-8?b?CkJjYzogeEBldmlsLnRlc3Q=?=",
    "A\nBcc: x@evil.test",
    "A\r\nBcc: x@evil.test",
    "A\u2028Bcc: x@evil.test",
]
ALLOWED = {
    "To",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "From",
    "Subject",
    "Date",
    "MIME-Version",
    "Content-Type",
}
WHEN = datetime(2026, 1, 2, tzinfo=UTC)


def printed(**changes: object) -> bytes:
    leave = Slot()
    told = {"sender": "Chair of A", "mail_from": "a@b.test", "subject": "S", "body": "B", "why": "W", "sent_at": WHEN}
    letter = message_letter(**(told | {"leave": leave} | changes))  # type: ignore[arg-type]  # a test's changes
    url = "http://ourwatch.test/leave?token=" + "A=" * 90
    return letter.printed().copy("c@d.test", "id@b.test", {"List-Unsubscribe": f"<{url}>"}, {leave: url})


def header_names(content: bytes) -> set[str]:
    head = content.partition(b"\r\n\r\n")[0].decode()
    return {line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))}


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_hostile_subject_is_refused(group: Group, hostile: str) -> None:
    answer = await group.ask("POST", "/messages", json={"subject": hostile, "body": "B"})
    assert answer.status_code == 422
    assert "evil" not in answer.text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_name_becomes_no_header(hostile: str) -> None:
    assert header_names(printed(sender=hostile)) <= ALLOWED
    link, leave = Slot(), Slot()
    letter = release_letter(
        group=hostile, list_name=hostile, mail_from="a@b.test", link=link, leave=leave, sent_at=WHEN
    )
    content = letter.printed().copy("c@d.test", "id@b.test", {}, {link: "http://x", leave: "http://y"})
    assert header_names(content) <= ALLOWED
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert parsed["Bcc"] is None
    assert len(parsed["From"].addresses) == 1


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_subject_that_got_so_far_is_refused_by_the_press(hostile: str) -> None:
    with pytest.raises(UnsafeHeader):
        printed(subject=hostile)


@pytest.mark.parametrize("body", ["a\n.\r\nMAIL FROM:<x@evil.test>", "a\n.\nb", "\n.\r\n.\r\n", ".", "a\r\n.\r\nb"])
def test_no_body_ends_the_mail_early(body: str) -> None:
    content = printed(body=body)
    assert b"\r\n.\r\n" not in content
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")


async def test_a_body_of_dots_arrives_as_it_was_written(group: Group) -> None:
    await group.write(body="Dear all\n.\n..\n.hidden\nYours")
    await group.bus.send(group.id)
    assert text_of(group.mails(group.chair.email)[0]).splitlines()[:5] == ["Dear all", ".", "..", ".hidden", "Yours"]


def test_the_own_link_of_a_copy_is_whole_in_text_and_html() -> None:
    mail = email.message_from_bytes(printed(), policy=email.policy.default)
    url = "http://ourwatch.test/leave?token=" + "A=" * 90
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert url in plain.get_content().splitlines()
    assert f'<a\nhref="{url}">' in html.get_content().replace("\r\n", "\n")


def test_markup_in_a_body_is_text() -> None:
    mail = email.message_from_bytes(printed(body="<script>x</script> é"), policy=email.policy.default)
    html = mail.get_body(("html",))
    assert html is not None
    assert "&lt;script&gt;" in html.get_content()
    assert "<script>" not in html.get_content()


def test_an_attachment_travels_under_its_own_name_and_nothing_active_by_its_type() -> None:
    content = printed(attached=[Attached("Plán; x.html", "text/html", b"<b>")])
    mail = email.message_from_bytes(content, policy=email.policy.default)
    (part,) = mail.iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == ("Plán; x.html", "application/octet-stream")
    assert part.get_content() == b"<b>"


async def test_hostile_names_of_groups_and_organisations_are_sent_as_words(group: Group) -> None:
    hostile = HOSTILE[0]
    await group.bus.tell(
        GroupChanged(
            group_id=group.id, kind="ward_panel", name=hostile, visibility="hidden", area="E05009326", state="active",
            version=2,
        ),
        OrganisationChanged(organisation_id=group.organisation_id, name=hostile, authority="police", version=2),
    )  # fmt: skip
    await group.write()
    await group.alert(group.staff())
    await group.bus.send(group.id)
    mails = group.mails(group.chair.email)
    assert [mail["Bcc"] for mail in mails] == [None, None]
    assert [len(mail["From"].addresses) for mail in mails] == [1, 1]


async def test_a_mail_says_who_sent_it_why_it_came_and_how_to_leave(group: Group) -> None:
    await group.alert(group.staff())
    await group.bus.send(group.id)
    said = text_of(group.mails(group.chair.email)[0])
    assert "Sent by Police: Metropolitan Police through OurWatch." in said
    assert "because you are a member of Mile End Panel" in said
    assert "/leave?token=" in said
