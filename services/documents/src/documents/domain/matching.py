"""Which texts a search finds: every word that was asked for begins some word of the text, whatever its case."""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: compatible forms are one (NFKC), and case is folded."""
    return _WORD.findall(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))


def is_found(asked: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether each of these words is the beginning of a word in any of the texts."""
    words = [word for text in texts for word in words_of(text)]
    return all(any(word.startswith(each) for word in words) for each in asked)
