"""3. Police and the coordinator mark the panel, separately; both signatures verify offline; the others join."""

from uuid import UUID

from ourwatch_client import verify_marking

from launcher.demo.step_2_panel import join
from launcher.demo.story import Story

REMAINING = slice(13, None)


def run(story: Story) -> None:
    told = story.told
    told.step(3, "Two separate approvals, verified offline")
    story.police.session.mark_group(story.group_id)
    after_police = _current(story)
    told.proved("police marked the panel, and that implied nothing of OurWatch's", holds=after_police == {"police"})
    story.coordinator.session.mark_group(story.group_id)
    told.proved("the coordinator marked it too, separately", holds=_current(story) == {"police", "ourwatch"})

    # From here on nothing is asked of the server: two statements and the organisations' public keys.
    statements = [entry["statement"] for entry in story.chair.session.markings(story.group_id)]
    keys = story.visitor.marking_keys()
    verified = {verify_marking(statement, keys).authority: verify_marking(statement, keys) for statement in statements}
    right = verified["police"].organisation_id == story.force_id and verified["ourwatch"].subject_id == story.group_id
    told.proved("both signatures verify offline with nothing but the organisations' public keys", holds=right)
    current = all(story.visitor.check_marking(statement)["standing"] == "current" for statement in statements)
    told.proved("asked online, both are genuine and current", holds=current)

    join(story, story.residents[REMAINING])
    members = story.chair.session.memberships(story.group_id)
    told.did(f"the other residents joined: {sum(m['state'] == 'active' for m in members)} active members")
    active = {UUID(m["person_id"]) for m in members if m["state"] == "active"}
    everybody = {resident.session.account_id for resident in story.residents}
    told.proved("all 25 residents are members, nobody else is", holds=active == everybody)


def _current(story: Story) -> set[str]:
    group = story.chair.session.call("GET", f"/groups/{story.group_id}")
    return {marking["authority"] for marking in group["markings"]}
