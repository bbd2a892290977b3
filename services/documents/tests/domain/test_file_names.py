"""Names of files in an archive: safe on every system, and each its own."""

import pytest
from documents.domain.file_names import LONGEST, file_paths


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Minutes.pdf", "Minutes.pdf"),
        ("Ünïcode né.pdf", "Ünïcode né.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\autoexec.bat", "C__autoexec.bat"),
        ("a/b", "a_b"),
        ("..", "document"),
        (" . ", "document"),
        ("trailing. ", "trailing"),
        ("NUL.txt", "_NUL.txt"),
        ("con", "_con"),
        ("fdp.\u202etxt.exe", "fdp._txt.exe"),
        ("x" * 300 + ".pdf", "x" * (LONGEST - 4) + ".pdf"),
    ],
)
def test_a_name_is_made_safe(name: str, file: str) -> None:
    assert file_paths([((), name)]) == [file]


def test_no_two_names_are_the_same_whatever_the_case() -> None:
    names = ["a.pdf", "A.PDF", "a.pdf", "a (2).pdf", "a/b", "a_b"]
    assert file_paths(((), name) for name in names) == [
        "a.pdf",
        "A (2).PDF",
        "a (3).pdf",
        "a (2) (2).pdf",
        "a_b",
        "a_b (2)",
    ]
