"""An answer as it must be, by a key that must not count: somebody else's, or a copy."""

import base64
import json
from dataclasses import replace

from tests.soak.passkey_cases.chromium import Json
from tests.soak.passkey_cases.people import asked_to_sign_in, resident, sign_in
from tests.soak.passkey_cases.scene import Scene


def somebody_elses_key_is_refused(scene: Scene) -> None:
    owner, other = resident(scene), resident(scene)
    made = owner.key.make(owner.asked("/me/passkeys"))
    other.enrol()
    scene.refused("an enrolment that one account was asked for, in another", lambda: other.offer(made))
    owner.offer(made)
    scene.told.did("two residents enrolled a passkey each")
    shown = owner.key.show(other.asked("/sessions/current/step-up/passkey"))
    scene.refused("one's passkey, to step the other's session up", lambda: other.step_up(shown))
    theirs = owner.key.show(owner.asked("/sessions/current/step-up/passkey"))
    scene.refused("one's answer, to step the other's session up", lambda: other.step_up(theirs))
    # Nothing signs what a browser says about a new passkey, so a forger needs no key to answer anew with this one.
    forged = _answering(made, other.asked("/me/passkeys")["challenge"])
    scene.refused("one's passkey, for enrolment in the other's account", lambda: other.offer(forged))
    seen = {person.sign_in().account_id == person.tokens.account_id for person in (owner, other)}
    scene.told.proved("each signs its own owner in", holds=seen == {True})
    renamed = owner.key.show(asked_to_sign_in(scene))
    handle = other.key.show(asked_to_sign_in(scene))["response"]["userHandle"]
    renamed["response"]["userHandle"] = handle
    scene.refused("one's passkey with the other's name in it", lambda: sign_in(scene, renamed))


def a_copy_is_refused(scene: Scene) -> None:
    person = resident(scene)
    person.enrol()
    copy = replace(person, key=person.key.cloned())
    ahead = scene.chance.randint(1, 4)
    for _ in range(ahead):
        person.sign_in()
    counts = [each.credentials[0].sign_count for each in (person.key, copy.key)]
    scene.told.did(f"a key was copied, and its owner signed in {ahead} times since: counts {counts[0]} and {counts[1]}")
    shown = copy.key.cloned().show(person.asked("/sessions/current/step-up/passkey"))
    scene.refused("the copy steps up", lambda: person.step_up(shown))
    for _ in range(ahead):
        scene.refused(f"the copy signs in with count {copy.key.credentials[0].sign_count + 1}", copy.sign_in)
    person.sign_in()
    scene.told.proved("the owner's own key, whose count is ahead, goes on signing in", holds=True)


def _answering(made: Json, challenge: str) -> Json:
    raw = made["response"]["clientDataJSON"]
    said = json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))) | {"challenge": challenge}
    forged = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    return made | {"response": made["response"] | {"clientDataJSON": forged}}
