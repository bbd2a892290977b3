"""Who is invited is told by one mail, from an address that nobody but messaging opens and that it then forgets."""

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID, uuid5

import pytest
from messaging.settings import Settings
from messaging.storage import tables
from messaging.storage.invitation_mails import InvitationMails
from messaging.use_cases.send_invitations import LEASE, InvitationSender
from shared.auth.sealing import Opener, Seal, make_sealing_key
from shared.bus.outcomes import Done, Reject
from shared.clock import now
from shared.contracts.groups import INVITATION_PURPOSE, GroupChanged, InvitationMade, PauseChanged
from shared.contracts.identity import PersonErased
from shared.ids import new_id
from shared.mail.smtp import Relay
from shared.servers.ports import free_ports
from sqlalchemy import select

from services.messaging.tests.conftest import Bus, Group, an_address, text_of

DAY = timedelta(days=1)


class Post:
    """Invites, and mails what is due."""

    def __init__(self, bus: Bus, settings: Settings, group: Group) -> None:
        self.bus, self.settings, self.group = bus, settings, group

    def invitation(self, email: str, **more: object) -> InvitationMade:
        told: dict[str, object] = {
            "invitation_id": new_id(),
            "group_id": self.group.id,
            "group_name": "Mile End Panel",
            "office": "vice_chair",
            "sealed_address": Seal(self.settings.trust_folder, "messaging").seal(INVITATION_PURPOSE, email),
            "expires_at": now() + 30 * DAY,
            "version": 1,
        }
        return InvitationMade.model_validate(told | more)

    async def invite(self, email: str, **more: object) -> UUID:
        event = self.invitation(email, **more)
        assert await self.bus.tell(event) == [Done()]
        return event.invitation_id

    async def send(self) -> None:
        while await self.bus.resources.invitations.send_due(now()):
            pass

    async def row(self, invitation_id: UUID) -> tuple[str, str | None, str]:
        """State, address and group's name as they are kept."""
        mails = tables.invitation_mails.c
        query = select(mails.state, mails.sealed_address, mails.group_name).where(mails.id == invitation_id)
        async with self.bus.resources.engine.connect() as connection:
            return tuple((await connection.execute(query)).one())

    async def everything(self) -> str:
        async with self.bus.resources.engine.connect() as connection:
            return str([(await connection.execute(select(t))).all() for t in tables.metadata.sorted_tables])

    def mails(self, email: str) -> list[EmailMessage]:
        return self.group.mails(email)


@pytest.fixture
def post(bus: Bus, settings: Settings, group: Group) -> Post:
    return Post(bus, settings, group)


async def test_an_invitation_says_who_invites_to_what_and_how_to_accept(post: Post) -> None:
    email = an_address()
    invitation = await post.invite(email)
    assert email not in await post.everything()
    await post.send()
    (mail,) = post.mails(email)
    assert (mail["Subject"], mail["To"]) == ("An invitation to join Mile End Panel", email)
    words = " ".join(text_of(mail).split())
    for said in (
        'The vice chair of Mile End Panel has invited you to join "Mile End Panel"',
        "sign in at http://ourwatch.test with this very e-mail address, or register",
        f"The invitation ends on {now() + 30 * DAY:%-d %B %Y}.",
        "ignore it and nothing happens",
    ):
        assert said in words
    assert await post.row(invitation) == ("sent", None, "")


async def test_an_invitation_that_is_told_again_is_mailed_once(post: Post) -> None:
    email = an_address()
    event = post.invitation(email)
    for _ in range(3):
        await post.bus.tell(event)  # the same invitation in another envelope each time
        await post.send()
    assert len(post.mails(email)) == 1


async def test_what_a_paused_group_invites_waits_until_the_pause_is_over(post: Post) -> None:
    """P4."""
    email = f"{new_id().hex}@example.org"
    paused = PauseChanged(group_id=post.group.id, paused_until=now() + 14 * DAY, version=1)
    assert await post.bus.tell(paused) == [Done()]
    await post.invite(email)
    await post.send()
    assert post.mails(email) == []
    assert await post.bus.tell(paused.model_copy(update={"paused_until": now(), "version": 2})) == [Done()]
    await post.send()
    assert len(post.mails(email)) == 1


async def test_many_workers_at_once_mail_an_invitation_once(post: Post) -> None:
    emails = [an_address() for _ in range(5)]
    for email in emails:
        await post.invite(email)
    await asyncio.gather(*(post.send() for _ in range(10)))
    assert [len(post.mails(email)) for email in emails] == [1] * 5


async def test_what_the_relay_does_not_take_is_mailed_later_and_given_up_after_three_days(post: Post) -> None:
    email = an_address()
    invitation = await post.invite(email)
    away = InvitationSender(
        post.bus.resources.unit_of_work,
        Relay(f"smtp://127.0.0.1:{free_ports(1)[0]}"),
        post.bus.resources.opener,
        "no-reply@ourwatch.test",
        "http://ourwatch.test",
    )
    assert await away.send_due(now()) >= 1
    assert (await post.row(invitation))[0] == "queued"
    await away.send_due(now() + 4 * DAY)
    assert await post.row(invitation) == ("failed", None, "")
    assert post.mails(email) == []


async def test_a_worker_that_died_leaves_the_mail_to_another_with_the_same_message_id(post: Post) -> None:
    email = an_address()
    invitation = await post.invite(email)
    async with post.bus.resources.unit_of_work() as uow:
        await InvitationMails(uow.session).claim(now(), LEASE)
    await post.send()
    assert post.mails(email) == []
    await post.bus.resources.invitations.send_due(now() + LEASE)
    (mail,) = post.mails(email)
    assert mail["Message-ID"] == f"<{invitation.hex}.invitation@ourwatch.test>"


async def test_no_name_of_a_group_becomes_a_header(post: Post) -> None:
    email = an_address()
    await post.invite(email, group_name="A =?UTF-8?Q?=0A?=Bcc: x@y")
    await post.invite(other := an_address(), group_name="B\r\nBcc: x@y")
    await post.send()
    for address in (email, other):
        (mail,) = post.mails(address)
        assert mail["Bcc"] is None
        assert "\nBcc:" not in mail.as_string()


async def test_what_is_not_sealed_for_messaging_is_refused(
    post: Post, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("other")
    make_sealing_key(folder, folder, "messaging")
    elsewhere = Seal(folder, "messaging").seal(INVITATION_PURPOSE, "a@example.org")
    assert Opener(folder, "messaging").open(INVITATION_PURPOSE, elsewhere) == "a@example.org"
    assert await post.bus.tell(post.invitation("", sealed_address=elsewhere)) == [Reject("invalid")]


async def test_nobody_is_invited_to_a_group_that_has_ended(post: Post) -> None:
    email = an_address()
    invitation = await post.invite(email)
    ended = GroupChanged(
        group_id=post.group.id, kind="ward_panel", name="", visibility="hidden", area="E05009326", state="archived",
        version=2,
    )  # fmt: skip
    await post.bus.tell(ended)
    await post.send()
    assert post.mails(email) == []
    assert await post.row(invitation) == ("withheld", None, "")


async def test_a_mailbox_gets_three_invitations_a_day_from_all_groups_together(post: Post) -> None:
    email = an_address()
    for number in range(5):
        await post.invite(email, group_id=uuid5(post.group.id, str(number)))
    await post.send()
    assert len(post.mails(email)) == 3


async def test_nothing_is_mailed_to_who_is_erased_meanwhile(post: Post) -> None:
    person = await post.group.add()
    assert person.email is not None
    invitation = await post.invite(person.email)
    tag = str(post.bus.resources.keyring.mailbox_tag(person.email))
    assert await post.bus.tell(PersonErased(person_id=person.id, version=9)) == [Done()]
    await post.send()
    assert post.mails(person.email) == []
    assert await post.row(invitation) == ("withheld", None, "")
    assert tag not in await post.everything()


async def test_the_hash_of_an_address_is_kept_for_a_day(post: Post) -> None:
    email = an_address()
    await post.invite(email)
    await post.send()
    tag = str(post.bus.resources.keyring.mailbox_tag(email))
    assert tag in await post.everything()
    await post.bus.resources.invitations.send_due(now() + DAY)
    assert tag not in await post.everything()
