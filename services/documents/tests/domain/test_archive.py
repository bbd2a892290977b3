"""What an archive may hold."""

import pytest
from documents.domain.archive import MOST_ENTRIES, MOST_GROWTH, MOST_UNPACKED, Entry, Refused, check_archive


def entry(name: str = "minutes.txt", length: int = 10, *, is_encrypted: bool = False) -> Entry:
    return Entry(name, length, is_encrypted)


def test_archives_within_the_bounds_are_taken() -> None:
    check_archive([], 22)
    check_archive([entry(f"{n}.txt", 0) for n in range(MOST_ENTRIES)], 1_000_000)
    check_archive([entry(length=MOST_GROWTH * 1000)], 1000)
    check_archive([entry(length=MOST_UNPACKED)], MOST_UNPACKED)
    check_archive([entry("a..b/c..txt"), entry("word/basic.xml")], 1000)


@pytest.mark.parametrize(
    ("entries", "length", "word"),
    [
        ([entry(f"{n}.txt", 0) for n in range(MOST_ENTRIES + 1)], 1_000_000, "too many"),
        ([entry(length=MOST_GROWTH * 1000 + 1)], 1000, "too large"),
        ([entry(length=MOST_UNPACKED // 2), entry(length=MOST_UNPACKED // 2 + 1)], MOST_UNPACKED, "too large"),
        ([entry(is_encrypted=True)], 1000, "password"),
        ([entry("../outside")], 1000, "outside"),
        ([entry("a/../../outside")], 1000, "outside"),
        ([entry("a\\..\\..\\outside")], 1000, "outside"),
        ([entry("/etc/passwd")], 1000, "outside"),
        ([entry("C:\\autoexec.bat")], 1000, "outside"),
        ([entry("word/vbaProject.bin")], 1000, "macros"),
        ([entry("XL\\VBAPROJECT.BIN")], 1000, "macros"),
        ([entry("Basic/script-lc.xml")], 1000, "macros"),
    ],
)
def test_archives_past_a_bound_are_not(entries: list[Entry], length: int, word: str) -> None:
    with pytest.raises(Refused, match=word):
        check_archive(entries, length)
