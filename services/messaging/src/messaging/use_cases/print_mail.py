"""Prints the mail of a send once; each recipient's copy is made from it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from shared.blobs.store import BlobStore
from shared.db.unit_of_work import UnitOfWork
from shared.mail.message import safe_address
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.copies import Attached, Letter, Printed, Slot
from messaging.domain.sends import SendKind
from messaging.keyring import Keyring
from messaging.leave_links import Leave, leave_token
from messaging.letters import confirmation_letter, message_letter, question_letter, release_letter
from messaging.storage.attachments import Attachment, Attachments, open_content
from messaging.storage.chunks import Visit
from messaging.storage.known import group_name, organisation_name
from messaging.storage.lane import Claimed
from messaging.storage.lists import list_name
from messaging.storage.messages import Messages
from messaging.storage.questions import Questions
from messaging.storage.why import why_it_comes
from messaging.use_cases.confirm_contact import PURPOSE as CONFIRM


@dataclass(frozen=True, slots=True)
class Press:
    """What printing needs, the same for every send."""

    keyring: Keyring
    store: BlobStore
    mail_from: str
    bounce_domain: str
    public_url: str
    most_attached_bytes: int


@dataclass(frozen=True, slots=True)
class Mailing:
    """One send's printed mail, and how a recipient's own links are made."""

    press: Press
    visit: Visit
    printed: Printed
    leave: Slot | None
    link: Slot | None
    reply_to: str | None = None

    def copy(self, to: Claimed) -> bytes:
        """The one mail to this recipient, byte for byte the same at every attempt (P28). Raises UnsafeHeader."""
        headers: dict[str, str] = {}
        fillings: dict[Slot, str] = {}
        domain = self.press.mail_from.partition("@")[2]
        if self.leave is not None and (scope := self.visit.leave_scope) is not None:
            url = f"{self.press.public_url}/leave?token={leave_token(self.press.keyring, Leave(*scope, to.tag))}"
            headers = {
                "List-Id": f"<{self.press.keyring.list_label(*scope)}.{domain}>",
                "List-Unsubscribe": f"<{url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
            fillings[self.leave] = url
        if self.link is not None:
            fillings[self.link] = self._link(to)
        if self.reply_to is not None:
            headers["Reply-To"] = safe_address(self.reply_to)
        copy_id = self.press.keyring.copy_id(self.visit.send_id, to.tag)
        return self.printed.copy(to.email, f"{copy_id}@{domain}", headers, fillings)

    def returns_to(self, to: Claimed) -> str:
        """The envelope sender of this recipient's copy, which its delivery reports come back to."""
        return f"{self.press.keyring.bounce_token(self.visit.send_id, to.tag)}@{self.press.bounce_domain}"

    def _link(self, to: Claimed) -> str:
        keyring, base = self.press.keyring, self.press.public_url
        if self.visit.release_id is not None and to.recipient_ref is not None:
            secret = keyring.release_secret(self.visit.release_id, to.recipient_ref)
            return f"{base}/releases/{self.visit.release_id}?ref={to.recipient_ref}&secret={secret}"
        if to.contact_id is None:
            raise ValueError("a link for nobody")
        return f"{base}/contacts/confirm?secret={keyring.link(CONFIRM, to.contact_id.bytes)}"


async def print_mail(unit_of_work: Callable[[], UnitOfWork], press: Press, visit: Visit) -> Mailing:
    """Reads what is to be said and builds the mail. Raises UnsafeHeader, and what the store raises."""
    leave, link = Slot(), Slot()
    if visit.kind in {SendKind.MESSAGE, SendKind.ALERT}:
        return Mailing(press, visit, (await _message(unit_of_work, press, visit, leave)).printed(), leave, None)
    if visit.kind is SendKind.QUESTION:
        return await _question(unit_of_work, press, visit, leave)
    async with unit_of_work() as uow:
        group = await _name_of_group(uow.session, visit.group_id)
        name = await list_name(uow.session, visit.list_id) if visit.list_id else None
    told = {"group": group, "list_name": name or "", "mail_from": press.mail_from}
    if visit.kind is SendKind.RELEASE:
        release = release_letter(**told, link=link, leave=leave, sent_at=visit.accepted_at)
        return Mailing(press, visit, release.printed(), leave, link)
    return Mailing(
        press, visit, confirmation_letter(**told, link=link, sent_at=visit.accepted_at).printed(), None, link
    )


async def _message(unit_of_work: Callable[[], UnitOfWork], press: Press, visit: Visit, leave: Slot) -> Letter:
    async with unit_of_work() as uow:
        message = await Messages(uow.session, press.keyring).get(visit.send_id)
        attachments = await Attachments(uow.session, press.keyring).of_message(visit.send_id)
        team = await organisation_name(uow.session, visit.organisation_id) if visit.organisation_id else None
        why = await why_it_comes(uow.session, visit.send_id, team)
    if message is None:
        raise ValueError("a send without its message")
    carried = attachments if sum(a.length for a in attachments) <= press.most_attached_bytes else []
    return message_letter(
        sender=message.sender,
        mail_from=press.mail_from,
        subject=message.subject,
        body=message.body or "",
        why=why,
        leave=leave,
        sent_at=message.sent_at,
        attached=[await _attached(press.store, attachment) for attachment in carried],
        left_out=len(attachments) - len(carried),
    )


async def _question(unit_of_work: Callable[[], UnitOfWork], press: Press, visit: Visit, leave: Slot) -> Mailing:
    async with unit_of_work() as uow:
        question = await Questions(uow.session, press.keyring).get(visit.send_id)
        group = await _name_of_group(uow.session, visit.group_id)
    if question is None:
        raise ValueError("a send without its question")
    letter = question_letter(
        group=group,
        mail_from=press.mail_from,
        name=question.name,
        body=question.text,
        leave=leave,
        sent_at=visit.accepted_at,
    )
    return Mailing(press, visit, letter.printed(), leave, None, question.reply_to)


async def _attached(store: BlobStore, attachment: Attachment) -> Attached:
    content = b"".join([piece async for piece in open_content(store, attachment)])
    return Attached(attachment.name, attachment.content_type, content)


async def _name_of_group(session: AsyncSession, group_id: UUID | None) -> str:
    return (await group_name(session, group_id) if group_id else None) or "A group"
