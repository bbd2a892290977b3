"""1. The first administrator, a police account and a coordinator; both enrol an authenticator app."""

import re
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from launcher.demo.people import PASSWORD, Resident, Staff, sign_in
from launcher.demo.story import BOROUGH, Story, refusal_of

FORCE = "Metropolitan Police Service"
DOMAIN = "police.example"


def run(story: Story) -> None:
    told = story.told
    told.step(1, "The first administrator, police, an OurWatch coordinator")
    _make_administrator(story)
    told.did(f"{story.administrator.name} was made at the command line and signed in with an authenticator app")
    _invite_police(story)
    told.did(f"{story.police.name} followed the invitation of {FORCE}, chose a password and enrolled the app")
    _appoint_coordinator(story)
    told.did(f"{story.coordinator.name}, a resident, was appointed coordinator and opened a separate staff session")
    alone = refusal_of(lambda: story.visitor.sign_in_staff(story.police.email, PASSWORD, "000000"))
    told.proved("a staff account does not open with its password and a wrong code", holds=alone is not None)
    denied = refusal_of(lambda: story.police.session.add_organisation("Not for police to add", None))
    told.proved("police cannot do what administrators do", holds=denied is not None and denied.status == 403)


def _make_administrator(story: Story) -> None:
    email = f"administrator.{story.run}@ourwatch.example"
    story.administrator = Staff("Ngozi Eze", email)
    link = story.ground.create_administrator(email, story.administrator.name)
    _open_staff_account(story, story.administrator, parse_qs(urlsplit(link).query)["secret"][0])
    organisations = story.administrator.session.organisations()
    story.ourwatch_id = UUID(next(each["id"] for each in organisations if each["authority"] == "ourwatch"))
    known = next((each for each in organisations if each["name"] == FORCE), None)
    admin = story.administrator.session
    story.force_id = UUID(known["id"]) if known else admin.add_organisation(FORCE, "police", [DOMAIN])
    if known:
        admin.set_email_domains(story.force_id, [DOMAIN])


def _invite_police(story: Story) -> None:
    story.police = Staff("PC Laura Bennett", f"laura.bennett.{story.run}@{DOMAIN}")
    story.administrator.session.invite_staff(
        email=story.police.email,
        display_name=story.police.name,
        organisation_id=story.force_id,
        role="police",
        areas=[BOROUGH],
    )
    link = story.post.link(story.police.email, "/staff-invitations/accept")
    _open_staff_account(story, story.police, link["secret"])


def _open_staff_account(story: Story, staff: Staff, secret: str) -> None:
    page = story.visitor.submit("/staff-invitations/accept", secret=secret, password=PASSWORD).text
    key = re.search(r'<code id="key">([A-Z2-7]+)</code>', page)
    if key is None:
        raise AssertionError("the invitation's page shows no key for the authenticator app")
    story.codes.enrol(staff.email, key.group(1))
    story.visitor.submit("/staff-invitations/confirm", secret=secret, code=story.codes.next(staff.email))
    staff.session = story.visitor.sign_in_staff(staff.email, PASSWORD, story.codes.next(staff.email))


def _appoint_coordinator(story: Story) -> None:
    # A coordinator is a member with an appointment; this one belongs to none of the story's groups.
    person = Resident("Walter Osei", f"walter.osei.{story.run}@example.org", "Bow East")
    story.visitor.register(person.email, PASSWORD, person.name)
    link = story.post.link(person.email, "/accounts/confirm")
    story.visitor.submit("/accounts/confirm", secret=link["secret"], password=PASSWORD)
    sign_in(story.visitor, person)
    story.codes.enrol(person.email, person.session.add_authenticator())
    person.session.confirm_authenticator(story.codes.next(person.email))
    story.administrator.session.appoint_coordinator(person.email, story.ourwatch_id, [BOROUGH])
    story.coordinator = Staff(person.name, person.email)
    with person.session:
        story.coordinator.session = person.session.open_staff_session(
            story.codes.next(person.email), declares_no_police=True
        )
