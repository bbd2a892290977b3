"""5. The chair uploads the minutes: a member reads them, nothing on the disk shows them, no staff reaches them."""

import re
import tempfile
from pathlib import Path

from gateway.domain.policy import ROWS
from shared.ids import new_id

from launcher.demo.minutes import write_minutes
from launcher.demo.people import Staff
from launcher.demo.scan import files_with
from launcher.demo.story import Story, refusal_of


def run(story: Story) -> None:
    told = story.told
    told.step(5, "The minutes: encrypted before they rest, and only the group's")
    story.minutes = write_minutes(story.run)
    story.document_id, story.version_id = story.chair.session.add_document(
        story.group_id, story.minutes.name, story.minutes.content
    )
    told.did(f"{story.chair.name} uploaded {story.minutes.name}, {len(story.minutes.content)} bytes of PDF")
    reader = story.residents[20].session
    read = reader.read_document(story.group_id, story.document_id, story.version_id)
    told.proved("a member reads them back byte for byte", holds=read == story.minutes.content)
    listed = [each["name"] for each in reader.documents(story.group_id)]
    told.proved("and sees them by name in the list", holds=listed == [story.minutes.name])
    prove_unreadable(story)
    _prove_closed(story)


def prove_unreadable(story: Story) -> None:
    """Looks for the marker and the file name in everything that lies on the disk."""
    home = story.ground.home
    with tempfile.TemporaryDirectory(prefix="dump-", dir=home) as folder:
        dumps = Path(folder)
        story.ground.dump_databases(dumps)
        # The scan must be able to find what is there: the residents' addresses stand in identity's database.
        control = files_with([story.chair.email], dumps)
        words = [story.minutes.marker, story.minutes.name]
        found = files_with(words, dumps, *(home / part for part in ("store", "rabbitmq", "postgres", "logs", "mail")))
    story.told.proved(
        "the marker of the PDF and its file name stand in no dump of a database, no file of the object store, "
        "the broker, PostgreSQL, the mailbox or the logs",
        holds=not found and bool(control),
    )


def _prove_closed(story: Story) -> None:
    rows = [row for row in ROWS if row.service == "documents"]
    places = {
        "group_id": story.group_id,
        "document_id": story.document_id,
        "version_id": story.version_id,
    }
    # Of what the group has not, some id that means nothing.
    paths = [(row.method, re.sub(r"\{(\w+)\}", lambda m: str(places.get(m[1], new_id())), row.path)) for row in rows]
    for role, staff in (
        ("police", story.police),
        ("coordinator", story.coordinator),
        ("administrator", story.administrator),
    ):
        refused = [_refused(staff, method, path) for method, path in paths]
        story.told.proved(
            f"{role}: all {len(rows)} routes to documents refused ({', '.join(sorted(set(map(str, refused))))})",
            holds=all(refused),
        )


def _refused(staff: Staff, method: str, path: str) -> int | None:
    problem = refusal_of(lambda: staff.session.transport.answer(method, path))
    return problem.status if problem is not None and 400 <= problem.status < 500 else None
