"""4. Police read the membership; the chair sees that they did."""

from launcher.demo.story import Story

PURPOSE = "Preparing the next ward panel meeting"


def run(story: Story) -> None:
    told = story.told
    told.step(4, "Police read the membership, and the chair sees that they did")
    seen = story.police.session.memberships(story.group_id, PURPOSE)
    told.did(f"police see {len(seen)} memberships: name, office, state, markings")
    contact = [each for each in seen if "@" in str(each)]
    told.proved("no address is among what police see", holds=not contact and len(seen) == 25)
    looks = story.chair.session.ledger(story.group_id)
    entry = next((look for look in looks if look["purpose"] == PURPOSE), None)
    told.proved(
        "the ledger names organisation, team and purpose", holds=entry is not None and bool(entry["organisation"])
    )
    told.proved("and not the officer", holds=story.police.name not in str(looks))
