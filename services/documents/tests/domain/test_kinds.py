"""What a vault takes, by the first bytes alone."""

import pytest
from documents.domain.kinds import LOOKED_AT, Kind, kind_of

TAKEN = {
    "pdf": (b"%PDF-1.7\n", Kind.PDF),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Kind.PICTURE),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind.PICTURE),
    "gif": (b"GIF89a\x01\0", Kind.PICTURE),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ", Kind.PICTURE),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0", Kind.PICTURE),
    "mp4": (b"\0\0\0\x20ftypisom\0\0\x02\0", Kind.SOUND_OR_FILM),
    "m4a": (b"\0\0\0\x20ftypM4A \0\0\x02\0", Kind.SOUND_OR_FILM),
    "mp3 with a title": (b"ID3\x04\0\0", Kind.SOUND_OR_FILM),
    "mp3": (b"\xff\xfb\x90\x64\0", Kind.SOUND_OR_FILM),
    "rtf": (b"{\\rtf1\\ansi", Kind.RICH_TEXT),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", Kind.OLD_OFFICE),
    "docx": (b"PK\x03\x04\x14\0", Kind.ARCHIVE),
    "empty zip": (b"PK\x05\x06" + bytes(18), Kind.ARCHIVE),
    "text": (b"The panel met on Tuesday.\r\n", Kind.TEXT),
    "text with a mark": ("\ufeffNaïve café £5".encode(), Kind.TEXT),
    "csv": (b"name,ward\nAnn,Soho\n", Kind.TEXT),
    "comparison": (b"Dues: 3 < 5, and <3 to all", Kind.TEXT),
    "pages of text": (b"one page\x0canother\x1b", Kind.TEXT),
}
REFUSED = {
    "windows program": b"MZ\x90\0\x03\0\0\0",
    "linux program": b"\x7fELF\x02\x01\x01\0",
    "mac program": b"\xcf\xfa\xed\xfe\x07\0\0\x01",
    "java class": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "script": b"#!/bin/sh\nrm -rf /\n",
    "script with a mark": "\ufeff#!/usr/bin/env python3\n".encode(),
    "page": b"<!DOCTYPE html><p>hello",
    "page after blanks": b"\n\n   <html><script>alert(1)</script>",
    "drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
    "xml": b"<?xml version='1.0'?><svg/>",
    "markup in the middle": b"harmless words\n" * 20 + b"< SCRIPT src=//x>",
    "zero byte": b"some text\0and more",
    "controls": b"some text\x07",
    "latin 1": "café £5".encode("latin-1"),
    "utf 16": "text".encode("utf-16"),
    "gzip": b"\x1f\x8b\x08\0",
    "rar": b"Rar!\x1a\x07\x01\0",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "wave": b"RIFF\x10\0\0\0WAVEfmt ",
    "avi": b"RIFF\x10\0\0\0AVI LIST",
    "another family": b"\0\0\0\x18ftypqqqq",
    "program named as a picture": b"MZ\x89PNG\r\n\x1a\n",
    "no layer": b"\xff\xff\xff\xff",
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_kind_that_is_taken_is_known(name: str) -> None:
    head, kind = TAKEN[name]
    assert kind_of(head, is_whole=True) is kind


@pytest.mark.parametrize("name", REFUSED)
def test_everything_else_is_no_kind(name: str) -> None:
    assert kind_of(REFUSED[name], is_whole=True) is None


@pytest.mark.parametrize("before", range(4))
def test_a_character_may_be_cut_where_the_look_ends(before: int) -> None:
    text = ("x" * before + "😀" * LOOKED_AT).encode()[:LOOKED_AT]
    assert kind_of(text, is_whole=False) is Kind.TEXT
    cut = ("x" * before + "😀").encode()[:-1]
    assert kind_of(cut, is_whole=True) is None
