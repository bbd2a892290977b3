"""A sealed text is read by whom it was sealed for, and by nobody else."""

from pathlib import Path

import pytest
from shared.auth.sealing import NoSealingKey, NotSealedForUs, Opener, Seal, make_sealing_key


def test_only_the_reader_opens_it_and_for_its_purpose_alone(tmp_path: Path) -> None:
    own, other, trust = tmp_path / "own", tmp_path / "other", tmp_path / "trust"
    make_sealing_key(own, trust, "messaging")
    sealed = Seal(trust, "messaging").seal("invitation", "neighbour@example.org")
    assert "neighbour" not in sealed
    assert sealed != Seal(trust, "messaging").seal("invitation", "neighbour@example.org")
    assert Opener(own, "messaging").open("invitation", sealed) == "neighbour@example.org"
    make_sealing_key(other, tmp_path / "elsewhere", "messaging")
    changed = sealed[:-2] + ("AA" if sealed[-2:] != "AA" else "BB")
    for opener, purpose, text in (
        (Opener(other, "messaging"), "invitation", sealed),
        (Opener(own, "messaging"), "something else", sealed),
        (Opener(own, "messaging"), "invitation", changed),
        (Opener(own, "messaging"), "invitation", ""),
        (Opener(own, "messaging"), "invitation", "é"),
    ):
        with pytest.raises(NotSealedForUs):
            opener.open(purpose, text)


def test_making_keys_again_keeps_them(tmp_path: Path) -> None:
    make_sealing_key(tmp_path, tmp_path, "messaging")
    sealed = Seal(tmp_path, "messaging").seal("invitation", "neighbour@example.org")
    make_sealing_key(tmp_path, tmp_path, "messaging")
    assert Opener(tmp_path, "messaging").open("invitation", sealed) == "neighbour@example.org"
    assert (tmp_path / "messaging.seal.key").stat().st_mode & 0o777 == 0o600


def test_nothing_is_sealed_before_the_reader_has_a_key(tmp_path: Path) -> None:
    with pytest.raises(NoSealingKey):
        Seal(tmp_path, "messaging").seal("invitation", "neighbour@example.org")
