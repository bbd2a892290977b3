"""Search by the beginnings of words in names and tags, over what the caller may read and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from documents.domain.document import Document, Version
from documents.domain.matching import is_found, words_of
from documents.use_cases import search_documents
from sqlalchemy import event


async def found(actor: Any, q: str) -> list[str]:
    answer = await actor.ask("GET", "/documents/search", params={"q": q})
    assert answer.status_code == 200, answer.text
    assert answer.json()["is_complete"]
    return [each["name"] for each in answer.json()["documents"]]


async def test_words_of_names_and_tags_are_found(group: Any) -> None:
    chair = group.chair
    await chair.add("Minutes of May.pdf", tags=["Assembly", "2026"])
    await chair.add("Minutes of June.pdf")
    await chair.upload(b"budget", "Größe der Kasse")
    member = group.member
    assert await found(member, "MIN") == ["Minutes of June.pdf", "Minutes of May.pdf"]
    assert await found(member, "minutes ma") == ["Minutes of May.pdf"]
    assert await found(member, "assem may") == ["Minutes of May.pdf"]
    assert await found(member, "GRÖSSE") == ["Größe der Kasse"]
    assert await found(member, "inutes") == []
    assert await found(member, "...") == []


async def test_a_search_answers_with_what_a_list_shows(group: Any) -> None:
    await group.chair.upload(b"1234", "Budget")
    listed = (await group.member.ask("GET", "/documents")).json()["documents"]
    assert (await group.member.ask("GET", "/documents/search?q=bud")).json()["documents"] == listed
    assert listed[0]["newest_version"]["length"] == 4


async def test_a_search_shows_nothing_that_may_not_be_read(group: Any, new_group: Any) -> None:
    chair = group.chair
    await chair.add("Secret plan", "officers", tags=["burglary"])
    gone = await chair.add("Secret minutes")
    await chair.ask("DELETE", f"/documents/{gone}")
    await new_group().chair.add("Secret of others")
    assert await found(chair, "secret") == ["Secret plan"]
    for q in ("secret", "burglary"):
        hidden = await group.member.ask("GET", "/documents/search", params={"q": q})
        nothing = await group.member.ask("GET", "/documents/search", params={"q": "nothing"})
        assert hidden.content == nothing.content


async def test_a_search_ends_at_one_hundred_and_says_so(group: Any, superuser: Any) -> None:
    chair = group.chair
    first = await chair.add("Minutes")
    # One sealed name fits one document alone, so real ones are needed: over one batch of the keys process.
    for number in range(101):
        await chair.add(f"Minutes {number}", tags=["x"])
    answer = (await chair.ask("GET", "/documents/search?q=minutes")).json()
    assert (len(answer["documents"]), answer["is_complete"]) == (100, False)
    assert first not in {each["id"] for each in answer["documents"]}
    assert await found(chair, "minutes 10") == ["Minutes 100", "Minutes 10"]
    page = (await chair.ask("GET", "/documents?limit=100")).json()["documents"]
    assert (len(page), page[0]["tags"]) == (100, ["x"])


@pytest.fixture
def loaded() -> Iterator[list[type]]:
    """Of which kinds whole rows were read from the database."""
    kinds: list[type] = []

    def count(row: object, _: object) -> None:
        kinds.append(type(row))

    for kind in (Document, Version):
        event.listen(kind, "load", count)
    yield kinds
    for kind in (Document, Version):
        event.remove(kind, "load", count)


async def test_a_search_reads_whole_what_it_shows_and_nothing_else(group: Any, loaded: list[type]) -> None:
    chair = group.chair
    for name in ("Minutes of May", "Minutes of June", "Budget"):
        document = (await chair.upload(b"1234", name)).split("/")[2]
        path = await chair.declare(document, 4)
        assert (await chair.put(path, b"newe")).status_code == 200
    loaded.clear()
    assert await found(chair, "nothing") == []
    assert loaded == []
    assert await found(chair, "june") == ["Minutes of June"]
    assert loaded == [Document, Version]


async def test_a_list_reads_the_newest_version_of_each_document_alone(group: Any, loaded: list[type]) -> None:
    chair = group.chair
    for _ in range(2):
        document = (await chair.upload(b"1234")).split("/")[2]
        path = await chair.declare(document, 5)
        assert (await chair.put(path, b"newer")).status_code == 200
        await chair.declare(document, 6)
    for path in ("/documents", "/vault.zip"):
        loaded.clear()
        answer = await chair.ask("GET", path)
        assert answer.status_code == 200
        assert loaded.count(Version) == 2
    listed = (await chair.ask("GET", "/documents")).json()["documents"]
    assert [each["newest_version"]["length"] for each in listed] == [5, 5]


@pytest.mark.parametrize(("searched", "is_complete"), [(4, False), (5, True), (6, True)])
async def test_a_search_goes_on_from_batch_to_batch_as_far_as_it_may(
    group: Any, monkeypatch: pytest.MonkeyPatch, searched: int, is_complete: bool
) -> None:
    for number in range(5):
        await group.chair.add(f"Minutes {number}")
    monkeypatch.setattr(search_documents, "_BATCH", 2)
    monkeypatch.setattr(search_documents, "MOST_SEARCHED", searched)
    answer = (await group.chair.ask("GET", "/documents/search?q=minutes")).json()
    newest = [f"Minutes {number}" for number in range(4, -1, -1)]
    assert [each["name"] for each in answer["documents"]] == (newest if is_complete else newest[:4])
    assert answer["is_complete"] is is_complete


@pytest.mark.parametrize("q", ["", " ", "a\x00b", "x" * 201])
async def test_no_words_are_refused(group: Any, q: str) -> None:
    assert (await group.chair.ask("GET", "/documents/search", params={"q": q})).status_code == 422
    assert (await group.chair.ask("GET", "/documents/search")).status_code == 422


def test_case_and_compatible_forms_do_not_count() -> None:
    assert words_of("STRASSE Straße ﬁle minutes_of-May²") == ["strasse", "strasse", "file", "minutes", "of", "may2"]
    assert is_found(words_of("ma stra"), ["Die Straße", "May"])
    assert not is_found(words_of("ma xy"), ["Die Straße", "May"])
