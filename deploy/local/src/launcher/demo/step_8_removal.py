"""8. A member is removed; their next request for a document or a message is refused."""

from launcher.demo.story import Story, refusal_of


def run(story: Story) -> None:
    told = story.told
    told.step(8, "A removal bites on the next request")
    leaver = story.leaver.session
    told.proved(
        "before: the member reads documents and messages",
        holds=bool(leaver.documents(story.group_id) and leaver.messages(story.group_id)),
    )
    story.chair.session.remove(story.group_id, leaver.account_id, "Moved away")
    told.did(f"{story.chair.name} removed {story.leaver.name}")
    document = refusal_of(lambda: leaver.read_document(story.group_id, story.document_id, story.version_id))
    told.proved("the next request for a document is refused", holds=document is not None and document.status == 404)
    messages = refusal_of(lambda: leaver.messages(story.group_id))
    told.proved("the next request for a message is refused", holds=messages is not None and messages.status == 404)
    told.proved("and the inbox shows none of the panel's", holds=not leaver.inbox())
