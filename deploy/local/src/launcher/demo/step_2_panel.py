"""2. 25 residents register; one founds a hidden ward panel; twelve ask through its link and are admitted."""

from functools import partial
from uuid import UUID

from launcher.demo.people import PASSWORD, Resident, sign_in
from launcher.demo.story import BOROUGH, Story, refusal_of

FIRST_TWELVE = slice(1, 13)


def run(story: Story) -> None:
    told = story.told
    told.step(2, "25 residents, a hidden ward panel, twelve members")
    wards = {area["name"]: area["code"] for area in story.visitor.areas(BOROUGH)["areas"] if area["level"] == "ward"}
    told.proved(f"the wards of Tower Hamlets are there with their GSS codes ({len(wards)})", holds=len(wards) == 20)
    for resident in story.residents:
        story.visitor.register(resident.email, PASSWORD, resident.name, wards.get(resident.ward))
    for resident in story.residents:
        link = story.post.link(resident.email, "/accounts/confirm")
        story.visitor.submit("/accounts/confirm", secret=link["secret"], password=PASSWORD)
        sign_in(story.visitor, resident)
    told.did(f"{len(story.residents)} residents registered, confirmed their address by mail and signed in")

    _found(story, wards)
    told.did(f"{story.chair.name} founded “{story.group_name}”, hidden, and sent the join link to twelve")
    _prove_hidden(story)
    join(story, story.residents[FIRST_TWELVE])
    members = story.chair.session.memberships(story.group_id)
    told.proved("all twelve were admitted by the chair", holds=sum(m["state"] == "active" for m in members) == 13)
    for office, resident in (("vice_chair", story.vice_chair), ("secretary", story.secretary)):
        story.chair.session.appoint(story.group_id, office, resident.session.account_id)
    told.did(f"{story.vice_chair.name} is vice-chair, {story.secretary.name} secretary")


def join(story: Story, residents: list[Resident]) -> None:
    """They ask through the join link, and the chair admits them."""
    for resident in residents:
        resident.session.ask_to_join(story.join_secret, "I live here")
    story.chair.session.admit(story.group_id, [resident.session.account_id for resident in residents])


def _found(story: Story, wards: dict[str, str]) -> None:
    chair = story.chair
    story.codes.enrol(chair.email, chair.session.add_authenticator())
    chair.session.confirm_authenticator(story.codes.next(chair.email))
    story.group_id = chair.session.found_group(
        kind="ward_panel",
        name=story.group_name,
        purpose="Residents and the ward team agree three priorities and look after them together.",
        visibility="hidden",
        area=wards["Bethnal Green East"] if "Bethnal Green East" in wards else min(wards.values()),
    )
    story.join_secret = chair.session.make_join_link(story.group_id)


def _prove_hidden(story: Story) -> None:
    stranger = story.leaver.session
    nowhere = UUID(int=story.group_id.int ^ 1)
    asked = [refusal_of(partial(stranger.call, "GET", f"/groups/{at}")) for at in (story.group_id, nowhere)]
    alike = all(asked) and len({(p.status, p.code, p.detail) for p in asked if p}) == 1
    story.told.proved("to a stranger the hidden panel looks exactly like one that does not exist", holds=alike)
