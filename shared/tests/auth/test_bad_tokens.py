"""The verifiers against every bad token, and against each other's good ones."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from shared.auth import access, jurisdiction, memberships, passes
from shared.auth.access import read_access_token
from shared.auth.errors import BadToken, NoProof
from shared.auth.internal import check_internal_token, key_name
from shared.auth.keyfiles import load_signing_key
from shared.auth.passes import check_pair, read_group_pass
from shared.clock import now
from shared.ids import new_id
from shared.testing.bad_tokens import BAD, BAD_ACCESS, BAD_GROUP_PASS, BAD_INTERNAL, Bad, Good, forge, good_of
from shared.testing.issuer import Issuer, a_group_pass, a_member

PERSON = a_member()
GROUP = UUID("01900000-0000-7000-8000-0000000000aa")
TARGET = "/groups/mine?after=x"

PAIR_NOT_TOKEN = {"another person's", "of another group"}
"""These are good tokens that prove something else: the pair is refused, not the token."""


def named(case: Bad) -> str:
    return case.name.replace(" ", "_")


def good_access(issuer: Issuer) -> Good:
    return good_of(issuer.access(PERSON), key(issuer, access.ISSUER), key(issuer, passes.ISSUER))


def good_internal(issuer: Issuer) -> Good:
    another = key(issuer, key_name("identity"))
    return good_of(issuer.internal("groups", "GET", TARGET), key(issuer, key_name("groups")), another)


def good_pass(issuer: Issuer) -> Good:
    token = issuer.group_pass("documents", a_group_pass(PERSON, GROUP, office="chair"))
    return good_of(token, key(issuer, passes.ISSUER), key(issuer, access.ISSUER))


def key(issuer: Issuer, name: str) -> Any:
    return load_signing_key(issuer.key_folder, name)


def read_internal(token: str, issuer: Issuer, method: str = "GET", target: str = TARGET, to: str = "groups") -> None:
    check_internal_token(token, issuer.trust, audience=to, method=method, target=target, now=now())


def read_pass(token: str, issuer: Issuer, audience: str = "documents") -> passes.GroupPass:
    return read_group_pass(token, issuer.trust, audience=audience, now=now())


def test_there_are_forty_and_more() -> None:
    names = [case.name for case in (*BAD, *BAD_ACCESS)]
    assert len(names) == len(set(names)) > 40


def test_what_is_forged_without_a_fault_is_taken(issuer: Issuer) -> None:
    flawless = Bad("nothing")
    assert read_access_token(forge(good_access(issuer), flawless), issuer.trust, now()).id == PERSON.id
    read_internal(forge(good_internal(issuer), flawless), issuer)
    assert read_pass(forge(good_pass(issuer), flawless), issuer).is_officer


@pytest.mark.parametrize("case", [*BAD, *BAD_ACCESS], ids=named)
def test_an_access_token_is_refused(case: Bad, issuer: Issuer) -> None:
    token = forge(good_access(issuer), case)
    with pytest.raises(BadToken):
        read_access_token(token, issuer.trust, now())


@pytest.mark.parametrize("case", [*BAD, *BAD_INTERNAL], ids=named)
def test_an_internal_token_is_refused(case: Bad, issuer: Issuer) -> None:
    token = forge(good_internal(issuer), case)
    with pytest.raises(BadToken):
        read_internal(token, issuer)


@pytest.mark.parametrize("case", [*BAD, *BAD_GROUP_PASS], ids=named)
def test_a_group_pass_is_refused(case: Bad, issuer: Issuer) -> None:
    token = forge(good_pass(issuer), case)
    with pytest.raises(NoProof if case.name in PAIR_NOT_TOKEN else BadToken):
        check_pair(PERSON, read_pass(token, issuer), GROUP)


@pytest.mark.parametrize(
    ("method", "target", "audience"),
    [
        ("POST", TARGET, "groups"),
        ("get", TARGET, "groups"),
        ("GET", "/groups/mine", "groups"),
        ("GET", "/groups/mine?after=y", "groups"),
        ("GET", "/groups/mine?after=x&after=y", "groups"),
        ("GET", "/groups/mine/?after=x", "groups"),
        ("GET", "/groups/%6dine?after=x", "groups"),
        ("GET", TARGET, "identity"),
    ],
)
def test_an_internal_token_opens_its_own_request_alone(method: str, target: str, audience: str, issuer: Issuer) -> None:
    with pytest.raises(BadToken):
        read_internal(issuer.internal("groups", "GET", TARGET), issuer, method, target, audience)


def test_no_pass_serves_as_another(issuer: Issuer) -> None:
    signing, moment = key(issuer, passes.ISSUER), now()
    of_groups = memberships.issue_memberships_pass(
        signing, "documents", memberships.MembershipsPass(PERSON.id, frozenset({GROUP})), moment
    )
    of_staff = jurisdiction.issue_jurisdiction_pass(
        signing, "documents", jurisdiction.JurisdictionPass(PERSON.id, GROUP), moment
    )
    of_a_group = issuer.group_pass("documents", a_group_pass(PERSON, GROUP))
    readers: dict[str, Callable[..., object]] = {
        of_a_group: read_group_pass,
        of_groups: memberships.read_memberships_pass,
        of_staff: jurisdiction.read_jurisdiction_pass,
    }
    for token in readers:
        for own, reader in readers.items():
            if own == token:
                reader(token, issuer.trust, audience="documents", now=moment)
            else:
                with pytest.raises(BadToken):
                    reader(token, issuer.trust, audience="documents", now=moment)


def test_no_kind_of_token_serves_as_another(issuer: Issuer) -> None:
    for foreign in (issuer.group_pass("ourwatch", a_group_pass(PERSON, GROUP)), forge(good_internal(issuer), Bad("-"))):
        with pytest.raises(BadToken):
            read_access_token(foreign, issuer.trust, now())
    for foreign in (issuer.access(PERSON), forge(good_internal(issuer), Bad("-"))):
        with pytest.raises(BadToken):
            read_pass(foreign, issuer)


def test_a_pass_for_one_service_opens_no_other(issuer: Issuer) -> None:
    with pytest.raises(BadToken):
        read_pass(issuer.group_pass("documents", a_group_pass(PERSON, GROUP)), issuer, audience="messaging")


def test_a_token_that_names_an_issuer_without_keys_is_refused(issuer: Issuer) -> None:
    with pytest.raises(BadToken):
        issuer.trust.keys_of("nobody")


@pytest.mark.parametrize("wrong", ["person", "group", "plane", "none"])
def test_two_proofs_hold_only_together(wrong: str, issuer: Issuer) -> None:
    """P19: the same person, this group, a member."""
    from dataclasses import replace

    from shared.auth.principal import Plane

    proof = a_group_pass(PERSON, GROUP)
    assert check_pair(PERSON, proof, GROUP) is proof
    with pytest.raises(NoProof):
        match wrong:
            case "person":
                check_pair(a_member(), proof, GROUP)
            case "group":
                check_pair(PERSON, proof, new_id())
            case "plane":
                check_pair(replace(PERSON, plane=Plane.STAFF), proof, GROUP)
            case _:
                check_pair(PERSON, None, GROUP)
