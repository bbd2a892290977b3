"""What is sealed for a link opens with that link alone."""

import pytest
from shared.auth.link_texts import NotOfThisLink, open_for_link, seal_for_link
from shared.ids import new_id

RELEASE, REF, SECRET = new_id(), new_id(), "a secret of 256 bits"


def test_the_holder_of_the_link_reads_it() -> None:
    sealed = seal_for_link(SECRET, RELEASE, REF, "Mile End Panel ü")
    assert open_for_link(SECRET, RELEASE, REF, sealed) == "Mile End Panel ü"
    assert seal_for_link(SECRET, RELEASE, REF, "Mile End Panel ü") != sealed


@pytest.mark.parametrize(
    ("secret", "release_id", "ref"),
    [("another", RELEASE, REF), (SECRET, REF, REF), (SECRET, RELEASE, RELEASE), ("", RELEASE, REF)],
)
def test_nobody_else_does(secret: str, release_id: object, ref: object) -> None:
    sealed = seal_for_link(SECRET, RELEASE, REF, "Mile End Panel")
    with pytest.raises(NotOfThisLink):
        open_for_link(secret, release_id, ref, sealed)  # type: ignore[arg-type]  # ids, as parametrize passes them


@pytest.mark.parametrize("damaged", ["", "no base64 ä", "AAAA"])
def test_what_is_damaged_does_not_open(damaged: str) -> None:
    with pytest.raises(NotOfThisLink):
        open_for_link(SECRET, RELEASE, REF, damaged)
