"""What stands in the mails: plain text and HTML from the same words, every outside value escaped."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from shared.mail.message import Mail

from messaging.copies import Attached, Letter, Slot
from messaging.domain.invitations import DueInvitation


def header_words(text: str) -> str:
    """Words that came from elsewhere, as they may stand in a header: no controls, nothing that a parser decodes."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    while "=?" in plain:
        plain = plain.replace("=?", "= ?")
    return plain


def message_letter(
    *,
    sender: str,
    mail_from: str,
    subject: str,
    body: str,
    why: str,
    leave: Slot,
    sent_at: datetime,
    attached: Sequence[Attached] = (),
    left_out: int = 0,
) -> Letter:
    """A message or alert: what was written, who sent it, why it came, and how to leave (P23, P27)."""
    more = (
        f"{left_out} attached file(s) are too large for an email: sign in to OurWatch to read them." if left_out else ""
    )
    paragraphs = [body, *([more] if more else [])]
    footer = [f"Sent by {sender} through OurWatch.", why]
    return _letter(
        sender, mail_from, subject, paragraphs, footer, sent_at, (leave,), link=("To leave these emails:", leave),
        attached=attached,
    )  # fmt: skip


def release_letter(*, group: str, list_name: str, mail_from: str, link: Slot, leave: Slot, sent_at: datetime) -> Letter:
    """A release's mail names the group, never the file (P21)."""
    return _letter(
        group,
        mail_from,
        header_words(f"A file from {group}"),
        [f"{group} has shared a file with you. Open this link to download it. It is for you alone."],
        [f"You get this because you are on the mailing list “{list_name}” of {group}."],
        sent_at,
        (link, leave),
        link=("To leave this list:", leave),
        action=("Open the file:", link),
    )


def confirmation_letter(*, group: str, list_name: str, mail_from: str, link: Slot, sent_at: datetime) -> Letter:
    """Asks somebody outside whether they want to be on a list; without a yes nothing more is sent."""
    return _letter(
        group,
        mail_from,
        header_words(f"Would you like emails from {group}?"),
        [f"{group} would like to write to you through its mailing list “{list_name}” on OurWatch."],
        ["If you do not want this, do nothing: you will get no more emails from this list."],
        sent_at,
        (link,),
        action=("If you agree, open this page and press the button:", link),
    )


def question_letter(*, group: str, mail_from: str, name: str, body: str, leave: Slot, sent_at: datetime) -> Letter:
    """What somebody outside wrote to a group's officers. Their name is a claim, so it stands in no header."""
    return _letter(
        "Contact form",
        mail_from,
        header_words(f"A question to {group}"),
        [
            f"Somebody who gives their name as {name} wrote to {group}:",
            body,
            "If you answer this email, your answer goes to them and shows them your address.",
        ],
        [
            "OurWatch does not know who wrote this. Take care with links, and with what you tell.",
            f"You get this because you hold an office in {group}.",
        ],
        sent_at,
        (leave,),
        link=(f"To leave the emails of {group}:", leave),
    )


def invitation_mail(invitation: DueInvitation, to: str, mail_from: str, public_url: str) -> Mail:
    """Who invites, to what, how to accept and until when. The address is the one that the mail goes to, and only that.

    The same Message-ID at every attempt (P28).
    """
    group = header_words(invitation.group_name)
    inviter = f"The {invitation.office.replace('_', ' ')} of {group}" if invitation.office else "OurWatch or the police"
    text = f"""{inviter} has invited you to join "{group}" on OurWatch.

To accept, sign in at {public_url} with this very e-mail address,
or register there with it. You will find the invitation under your groups.

The invitation ends on {invitation.expires_at:%-d %B %Y}.

If you do not want this, ignore it and nothing happens.
Nobody is told whether you have an account.
"""
    return Mail(
        to=to,
        sender_name="OurWatch",
        sender=mail_from,
        subject=f"An invitation to join {group}",
        text=text,
        message_id=f"{invitation.id.hex}.invitation@{mail_from.partition('@')[2]}",
        sent_at=invitation.accepted_at,
    )


def _letter(
    sender: str,
    mail_from: str,
    subject: str,
    paragraphs: Sequence[str],
    footer: Sequence[str],
    sent_at: datetime,
    slots: tuple[Slot, ...],
    *,
    link: tuple[str, Slot] | None = None,
    action: tuple[str, Slot] | None = None,
    attached: Sequence[Attached] = (),
) -> Letter:
    text = [*paragraphs, *([f"{action[0]}\n{action[1]}"] if action else []), "-- \n" + "\n".join(footer)]
    html = [*map(_paragraph, paragraphs), *([_anchor(*action)] if action else []), "<hr>", *map(_paragraph, footer)]
    if link:
        text.append(f"{link[0]}\n{link[1]}")
        html.append(_anchor(*link))
    return Letter(
        sender_name=f"{header_words(sender)} via OurWatch",
        sender=mail_from,
        subject=subject,
        text="\n\n".join(text) + "\n",
        html='<!doctype html><html lang="en-GB"><body>\n' + "\n".join(html) + "\n</body></html>\n",
        slots=slots,
        sent_at=sent_at,
        attached=attached,
    )


def _paragraph(text: str) -> str:
    return "<p>" + escape(text).replace("\n", "<br>\n") + "</p>"


def _anchor(words: str, slot: Slot) -> str:
    # The address begins a line, as a slot must.
    label = escape(words.rstrip(":"))
    return f'<p><a\nhref="{slot}">{label}</a></p>'
