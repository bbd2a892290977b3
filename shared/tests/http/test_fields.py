"""Text that people send."""

import pytest
from pydantic import ValidationError
from shared.http.fields import Body, GssCode, Line, Paragraphs


class Sent(Body):
    line: Line = "x"
    text: Paragraphs = "x"
    area: GssCode = "E05009317"


CONTROLS = [chr(n) for n in (*range(9), 11, 12, *range(14, 32), 127, *range(128, 160))]


@pytest.mark.parametrize("control", [*CONTROLS, "\n", "\r", "\t", "\r\n", "\u2028", "\u2029", chr(0xD800)], ids=ascii)
def test_a_line_has_no_control_characters(control: str) -> None:
    with pytest.raises(ValidationError):
        Sent(line=f"a{control}b")


@pytest.mark.parametrize("control", [*CONTROLS, "\r", chr(0xD800)], ids=ascii)
def test_paragraphs_have_none_but_line_feeds_and_tabs(control: str) -> None:
    with pytest.raises(ValidationError):
        Sent(text=f"a{control}b")


def test_paragraphs_end_their_lines_with_line_feeds() -> None:
    assert Sent(text=" a\r\nb\n\tc ").text == "a\nb\n\tc"


@pytest.mark.parametrize("word", ["", " ", "\u3000", "x" * 201])
def test_a_line_says_something_and_not_too_much(word: str) -> None:
    with pytest.raises(ValidationError):
        Sent(line=word)


@pytest.mark.parametrize("word", ["Zoë", "O'Brien", "فاطمة", "李小龍", "a" * 200, "Søren & Co. (ward)"])
def test_names_of_all_people_are_names(word: str) -> None:
    assert Sent(line=f" {word} ").line == word


@pytest.mark.parametrize("code", ["E0500931", "e05009317", "E05009317\n", "E0500931٧", "E05009317' OR 1=1"])
def test_an_area_has_a_code(code: str) -> None:
    with pytest.raises(ValidationError):
        Sent(area=code)


def test_what_a_body_does_not_name_is_refused_and_not_quoted() -> None:
    with pytest.raises(ValidationError) as refused:
        Sent.model_validate({"line": "x", "approved": "a secret"})
    assert "a secret" not in str(refused.value)
