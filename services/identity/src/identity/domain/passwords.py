"""Which passwords are taken (NIST SP 800-63B-4 section 3.1.1): length and context, no rules of composition."""

from identity.domain.errors import WeakPassword

SHORTEST_ALONE = 15
LONGEST = 128
FEWEST_DIFFERENT = 6
_CONTEXT = ("ourwatch", "neighbourhood", "watch", "police", "password", "welcome", "qwerty", "123456", "abcdef")
_LEAST_BESIDE_CONTEXT = 8


def check_password(password: str, *about_the_person: str) -> None:
    """WeakPassword unless it is long enough once words that anybody would try, and the person's own, are left out."""
    rest = password.casefold()
    for word in (*_CONTEXT, *_words(about_the_person)):
        rest = rest.replace(word, "")
    long_enough = SHORTEST_ALONE <= len(password) <= LONGEST
    if not long_enough or len(rest) < _LEAST_BESIDE_CONTEXT or len(set(rest)) < FEWEST_DIFFERENT:
        raise WeakPassword


def _words(texts: tuple[str, ...]) -> list[str]:
    spaced = " ".join(texts).casefold().replace("@", " ").replace(".", " ")
    return sorted((word for word in spaced.split() if len(word) > 3), key=len, reverse=True)
