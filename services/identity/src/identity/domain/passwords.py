"""Which passwords are taken (NIST SP 800-63B-4 section 3.1.1): length, context, and none that everybody tries first."""

import unicodedata
from collections.abc import Collection

from identity.domain.errors import WeakPassword

LONG, SHORTEST_BESIDE_A_FACTOR = 15, 8
LONGEST = 128
FEWEST_DIFFERENT = 5
_CONTEXT = ("ourwatch", "neighbourhood", "watch", "police", "password", "welcome", "qwerty", "123456", "abcdef")


def check_password(
    password: str, *about_the_person: str, common: Collection[str], beside_a_factor: bool = False
) -> bool:
    """Whether it is long enough to stand alone, 15 characters; beside a second factor 8 are enough.

    WeakPassword where it is shorter than that, among the `common` ones, or has too little left once words that
    anybody would try, and the person's own, are taken out.
    """
    password = unicodedata.normalize("NFKC", password)
    rest = password.casefold()
    for word in (*_CONTEXT, *_words(about_the_person)):
        rest = rest.replace(word, "")
    shortest = SHORTEST_BESIDE_A_FACTOR if beside_a_factor else LONG
    long_enough = shortest <= len(password) <= LONGEST and len(rest) > shortest // 2
    if not long_enough or len(set(rest)) < FEWEST_DIFFERENT or password.casefold() in common:
        raise WeakPassword
    return len(password) >= LONG


def _words(texts: tuple[str, ...]) -> list[str]:
    spaced = " ".join(texts).casefold().replace("@", " ").replace(".", " ")
    return sorted((word for word in spaced.split() if len(word) > 3), key=len, reverse=True)
