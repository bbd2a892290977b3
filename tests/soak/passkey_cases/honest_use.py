"""What has to work, and what has to end."""

from dataclasses import replace

from tests.soak.passkey_cases.people import Person, asked_to_sign_in, resident, sign_in, staff, with_password
from tests.soak.passkey_cases.scene import Scene

MOST_SIGN_INS = 4


def members_enrol_sign_in_and_step_up(scene: Scene) -> None:
    person = resident(scene)
    # From before the passkey, so of one factor: the only kind of session in which a step up shows.
    earlier = replace(person, tokens=with_password(scene, person.email))
    person.enrol()
    scene.told.did(f"a resident enrolled a passkey ({person.key.wire.value}), their holding of it verified")
    kept = [(each.is_resident_credential, each.rp_id) for each in person.key.credentials]
    scene.told.proved(f"the key keeps it with its owner's name in it: {kept}", holds=kept == [(True, "localhost")])
    _signs_in(scene, person, "member")
    scene.refused(
        "an earlier session may not change factors",
        lambda: earlier.asked("/me/passkeys"),
        "auth.second_factor_needed",
    )
    _steps_up(scene, earlier)


def staff_enrol_sign_in_and_step_up(scene: Scene) -> None:
    person = staff(scene)
    person.enrol()
    scene.told.did(f"an administrator enrolled a passkey ({person.key.wire.value}) beside their authenticator app")
    _signs_in(scene, person, "staff")
    _steps_up(scene, person)


def a_removed_passkey_is_gone(scene: Scene) -> None:
    person = resident(scene)
    passkey_id = person.enrol()
    person.sign_in()
    before = person.key.show(asked_to_sign_in(scene))
    person.call("DELETE", f"/me/passkeys/{passkey_id}")
    scene.told.did("a resident enrolled a passkey, signed in with it, and removed it")
    scene.refused("an answer that it had given before", lambda: sign_in(scene, before))
    scene.refused("an answer that it gives afterwards", person.sign_in)


def _signs_in(scene: Scene, person: Person, plane: str) -> None:
    sessions = [person.sign_in() for _ in range(scene.chance.randint(1, MOST_SIGN_INS))]
    seen = {(session.plane, session.assurance) for session in sessions}
    scene.told.proved(
        f"it signs in as the only step, {len(sessions)} times: {seen}",
        holds=seen == {(plane, "aal2")} and {each.account_id for each in sessions} == {person.tokens.account_id},
    )


def _steps_up(scene: Scene, person: Person) -> None:
    person.step_up(person.key.show(person.asked("/sessions/current/step-up/passkey")))
    known = len(person.asked("/me/passkeys")["excludeCredentials"])
    scene.told.proved(f"stepped up with it, a session may change factors; it knows of {known}", holds=known == 1)
