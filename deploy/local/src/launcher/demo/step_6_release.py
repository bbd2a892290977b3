"""6. The minutes go to a mailing list with two outside contacts; one link is revoked."""

from functools import partial
from uuid import UUID

from ourwatch_client import OurWatchProblem

from launcher.demo.mailbox import text_of, wait_for
from launcher.demo.story import Story, refusal_of


def run(story: Story) -> None:
    told = story.told
    told.step(6, "Forwarding to a mailing list, one link each")
    contacts = [f"housing.{story.run}@council.example", f"warden.{story.run}@estate.example"]
    list_id = story.chair.session.make_list(story.group_id, "Council and estate")
    for name, contact in zip(("Housing office", "Estate warden"), contacts, strict=True):
        story.chair.session.add_contact(story.group_id, list_id, contact, name)
        link = story.post.link(contact, "/contacts/confirm")
        story.visitor.submit("/contacts/confirm", secret=link["secret"])
    told.did("two outside contacts were asked by mail and said yes")

    release_id = story.chair.session.release(story.group_id, story.document_id, story.version_id, list_id)
    links = [story.post.link(contact, f"/releases/{release_id}") for contact in contacts]
    told.proved("each got a link of their own", holds=links[0]["secret"] != links[1]["secret"])
    mails = [text_of(mail) + str(mail["Subject"]) for contact in contacts for mail in story.post.to(contact)]
    told.proved("no mail names the file", holds=not any(story.minutes.name in mail for mail in mails))

    for link in links:
        wait_for("the link to work", partial(_download, story, link))
    told.proved("both links give the minutes byte for byte", holds=True)
    story.chair.session.revoke_release(story.group_id, release_id, [UUID(links[0]["ref"])])
    gone = refusal_of(lambda: _fetch(story, links[0]))
    still = _download(story, links[1])
    told.proved("one link was revoked and stopped working, the other still works", holds=gone is not None and still)


def _download(story: Story, link: dict[str, str]) -> bool:
    try:
        return _fetch(story, link) == story.minutes.content
    except OurWatchProblem:
        return False


def _fetch(story: Story, link: dict[str, str]) -> bytes:
    return story.visitor.submit(f"{link['path']}/download", ref=link["ref"], secret=link["secret"]).content
