"""Changing the key that signs access tokens, while everybody stays signed in and nothing is started anew."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from shared.auth.access import ISSUER, LIFE
from shared.auth.keyfiles import (
    load_next_key,
    new_signing_jwk,
    next_key_file,
    publish_signing_keys,
    signing_key,
    write_new_file,
)
from shared.auth.tokens import SKEW

# By then every process has seen the new public key, also where the trust folder is a volume that is copied around.
PUBLISHED_FIRST = timedelta(seconds=60)


class TooEarly(Exception):
    """A rotation is under way, and tokens of the old key may still live. `until` is when the last one has died."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"tokens of the old key may live until {until.isoformat(timespec='seconds')}")


def begin_rotation(
    key_folder: Path, trust_folder: Path, now: datetime, *, published_first: timedelta = PUBLISHED_FIRST
) -> datetime:
    """Publishes a new key at once, beside the old one, and returns when it begins to sign.

    A rotation that has run its course is finished first; TooEarly while one is under way.
    """
    finish_rotation(key_folder, trust_folder, now)
    signs_from = now + published_first
    jwk = new_signing_jwk(ISSUER) | {"signs_from": signs_from.isoformat()}
    # Published before any process can sign with it, whatever is killed in between.
    publish_signing_keys(key_folder, trust_folder, ISSUER, signing_key(jwk))
    try:
        write_new_file(next_key_file(key_folder, ISSUER), json.dumps(jwk))
    except FileExistsError:
        pass  # somebody else began at the same moment: theirs is the next key
    publish_signing_keys(key_folder, trust_folder, ISSUER)
    coming = load_next_key(key_folder, ISSUER)
    return coming.signs_from if coming is not None else signs_from


def finish_rotation(key_folder: Path, trust_folder: Path, now: datetime) -> bool:
    """Destroys the old key and withdraws its public half, once its last token has died; False if none was begun.

    TooEarly before that.
    """
    coming = load_next_key(key_folder, ISSUER)
    if coming is None:
        return False
    # Twice the skew: signers' clocks may be behind, and verifiers' as well.
    last_dies_at = coming.signs_from + LIFE + 2 * SKEW
    if now < last_dies_at:
        raise TooEarly(last_dies_at)
    _take_place(key_folder, trust_folder)
    return True


def replace_leaked_key(key_folder: Path, trust_folder: Path, now: datetime) -> None:
    """A new key at once, and no token of any other is good from now on; sessions go on with their refresh tokens.

    Killed at any step it leaves a key to sign with whose tokens are good, and is finished by being said again.
    """
    coming = next_key_file(key_folder, ISSUER)
    # What an earlier try that was killed has left, drafts too.
    for left in (coming, *key_folder.glob(f".{coming.name}.*")):
        left.unlink(missing_ok=True)
    jwk = new_signing_jwk(ISSUER) | {"signs_from": now.isoformat()}
    # Published before any process can sign with it: killed in between, it would sign tokens that nobody takes.
    publish_signing_keys(key_folder, trust_folder, ISSUER, signing_key(jwk))
    write_new_file(coming, json.dumps(jwk))
    _take_place(key_folder, trust_folder)


def _take_place(key_folder: Path, trust_folder: Path) -> None:
    # One rename: there is no moment without a key, and the old private key is gone with it.
    next_key_file(key_folder, ISSUER).replace(key_folder / f"{ISSUER}.jwk")
    publish_signing_keys(key_folder, trust_folder, ISSUER)
