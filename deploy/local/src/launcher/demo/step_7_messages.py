"""7. The secretary writes to the panel; police send an alert with an attachment; every member has one copy of each."""

from email.message import EmailMessage
from functools import partial

from launcher.demo.mailbox import wait_for
from launcher.demo.story import Story

ALERT_FILE = "bicycle-marking-dates.txt"


def run(story: Story) -> None:
    told = story.told
    told.step(7, "A message from the secretary, an alert from police")
    secretary = story.secretary
    story.codes.enrol(secretary.email, secretary.session.add_authenticator())
    secretary.session.confirm_authenticator(story.codes.next(secretary.email))
    subject = f"Next meeting {story.run}"
    secretary.session.send_message(story.group_id, subject, "We meet on the second Tuesday at 19:00. All are welcome.")
    told.did(f"{secretary.name} wrote to the panel")

    alert = f"Bicycle thefts near the market {story.run}"
    content = b"Bicycle marking: Saturday 10:00 to 13:00, outside the library.\n"
    attachment = story.police.session.add_attachment(story.group_id, ALERT_FILE, "text/plain", content)
    story.police.session.send_alert(
        story.group_id,
        alert,
        "Three bicycles were taken this week. Please lock frame and wheel.",
        attachment_ids=[attachment],
    )
    told.did("police sent an alert with an attachment from the admin panel")

    for title, sender in ((subject, "secretary"), (alert, "Metropolitan Police")):
        copies = wait_for(f"25 copies of “{title}”", partial(_copies, story, title))
        addresses = sorted(str(mail["Delivered-To"]).lower() for mail in copies)
        told.proved(
            f"“{title}”: one copy in each of 25 mailboxes",
            holds=addresses == sorted(resident.email for resident in story.residents),
        )
        told.proved(
            "the sender is named in each", holds=all(sender.lower() in str(mail["From"]).lower() for mail in copies)
        )
        told.proved("no address of another stands in any copy", holds=not any(_leaks(story, mail) for mail in copies))
    attached = [part.get_filename() for mail in _copies(story, alert) or [] for part in mail.iter_attachments()]
    told.proved("the attachment is in every copy of the alert", holds=attached == [ALERT_FILE] * 25)
    inbox = [each["subject"] for each in story.residents[10].session.inbox()]
    told.proved("both stand in a member's inbox", holds={subject, alert} <= set(inbox))


def _copies(story: Story, subject: str) -> list[EmailMessage] | None:
    arrived = [mail for mail in story.post.all() if subject in str(mail["Subject"])]
    return arrived if len(arrived) >= len(story.residents) else None


def _leaks(story: Story, mail: EmailMessage) -> bool:
    whole, own = mail.as_string().lower(), str(mail["Delivered-To"]).lower()
    return any(resident.email in whole for resident in story.residents if resident.email != own)
