"""A true key, and an answer that must not count: asked for elsewhere, by nobody verified, or given before."""

from collections.abc import Callable
from functools import partial

from tests.soak.passkey_cases.chromium import Holder, Json
from tests.soak.passkey_cases.people import Person, asked_to_sign_in, resident, sign_in
from tests.soak.passkey_cases.scene import Scene

WITHOUT = {"userVerification": "discouraged"}
NOT_ALLOWED, NOT_THIS_SITE = "NotAllowedError", "SecurityError"


def another_origin_is_refused(scene: Scene) -> None:
    person = resident(scene)
    person.enrol()
    port = f"http://localhost:{scene.other_port}"
    scene.chromium.open(port)
    scene.told.did(f"{port}, which may ask in the name of localhost, passed our challenges on")
    lured = person.key.cloned().make(_for_one_more(person))  # in the key itself it would take the true one's place
    scene.refused("a passkey that was made there", lambda: person.offer(lured))
    scene.refused("a true passkey that was shown there", person.sign_in)
    _step_up_is_refused(scene, person, person.key.show)
    name = f"other.localhost:{scene.other_port}"
    scene.chromium.open(f"http://{name}")
    scene.told.did(f"http://{name} passed our challenges on")
    scene.refused_by_browser("it may not ask in our name", person.sign_in, NOT_THIS_SITE)
    theirs = {"id": "other.localhost", "name": "Your watch"}
    strange = person.key.cloned()
    made = strange.make(_for_one_more(person) | {"rp": theirs})
    scene.refused("a passkey that was made in its own name", lambda: person.offer(made))
    shown = strange.show(asked_to_sign_in(scene) | {"rpId": "other.localhost"})
    scene.refused("a passkey that was shown in its own name", lambda: sign_in(scene, shown))
    _still_signs_in(scene, person)


def nobody_verified_is_refused(scene: Scene) -> None:
    person = resident(scene)
    person.enrol()
    scene.told.did("the key did not recognise the finger")
    for act, options in ((person.key.make, _for_one_more(person)), (person.key.show, asked_to_sign_in(scene))):
        attempt = partial(act, options, Holder.NOT_RECOGNISED)
        scene.refused_by_browser(f"{act.__name__} one, as we ask it to", attempt, NOT_ALLOWED)
    scene.told.did("a browser that was told to do without asked for a touch alone")
    loosely = _for_one_more(person) | {"authenticatorSelection": WITHOUT}
    made = person.key.cloned().make(loosely, Holder.NOT_CHECKED)
    scene.refused("a passkey that was made so", lambda: person.offer(made))

    def shown(options: Json) -> Json:
        # It must name the passkey: unnamed, it would tell whose it is, which browsers do for the verified alone.
        named = {"allowCredentials": [{"type": "public-key", "id": person.key.credentials[0].id.rstrip("=")}]}
        return person.key.show(options | WITHOUT | named, Holder.NOT_CHECKED)

    touched = shown(asked_to_sign_in(scene))
    scene.refused("a true passkey that was shown so", lambda: sign_in(scene, touched))
    _step_up_is_refused(scene, person, shown)
    _still_signs_in(scene, person)


def an_answer_counts_once(scene: Scene) -> None:
    person = resident(scene)
    made = person.key.make(person.asked("/me/passkeys"))
    person.offer(made)
    scene.told.did("a resident enrolled a passkey")
    scene.refused("the same enrolment again", lambda: person.offer(made))
    asked = asked_to_sign_in(scene)
    first = person.key.show(asked)
    sign_in(scene, first)
    scene.told.did("and signed in")
    for number in range(scene.chance.randint(1, 3)):
        scene.refused(f"the same answer again ({number + 1})", lambda: sign_in(scene, first))
    fresh = person.key.show(asked)
    scene.refused("a fresh signature to the same challenge", lambda: sign_in(scene, fresh))
    elsewhere = person.key.show(person.asked("/sessions/current/step-up/passkey"))
    scene.refused("an answer to step up, to sign in", lambda: sign_in(scene, elsewhere))
    coming = person.key.show(asked_to_sign_in(scene))
    scene.refused("an answer to sign in, to step up", lambda: person.step_up(coming))
    _still_signs_in(scene, person)


def _for_one_more(person: Person) -> Json:
    # The browser keeps to the list of those that are known, and makes no second one in the same key.
    return person.asked("/me/passkeys") | {"excludeCredentials": []}


def _step_up_is_refused(scene: Scene, person: Person, show: Callable[[Json], Json]) -> None:
    shown = show(person.asked("/sessions/current/step-up/passkey"))
    scene.refused("the same to step up", lambda: person.step_up(shown))


def _still_signs_in(scene: Scene, person: Person) -> None:
    scene.open_our_page()
    person.sign_in()
    scene.told.proved("on our own page the passkey goes on signing in", holds=True)
