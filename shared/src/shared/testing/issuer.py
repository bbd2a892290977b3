"""Real tokens for tests: the same keys, files and code as in production, in a folder of the test's own."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from uuid import UUID

from shared.auth import access, internal, jurisdiction, passes
from shared.auth.keyfiles import Trust, load_signing_key, make_signing_key
from shared.auth.principal import Assurance, Plane, Principal, Role
from shared.clock import now
from shared.ids import new_id

AUDIENCES = ("identity", "groups", "documents", "messaging")
KEYS = ("keys", "documents")
"""The keys process, and who alone may ask it."""


class Issuer:
    """Plays identity, gateway and groups as issuers of tokens."""

    def __init__(self, folder: Path) -> None:
        self.key_folder = folder / "keys"
        self.trust_folder = folder / "trust"
        for issuer in (access.ISSUER, passes.ISSUER, *map(internal.key_name, AUDIENCES), internal.key_name(*KEYS)):
            make_signing_key(self.key_folder, self.trust_folder, issuer)
        self.trust = Trust(self.trust_folder)
        # A test asks for a few tokens with every request, and these keys stay as they are.
        self._key = cache(partial(load_signing_key, self.key_folder))

    def access(self, principal: Principal, issued: datetime | None = None) -> str:
        return access.issue_access_token(self._key(access.ISSUER), principal, issued or now())

    def internal(
        self, audience: str, method: str, target: str, issued: datetime | None = None, caller: str = internal.ISSUER
    ) -> str:
        key = self._key(internal.key_name(audience, caller))
        return internal.issue_internal_token(key, audience, method, target, issued or now(), caller)

    def group_pass(self, audience: str, proof: passes.GroupPass, issued: datetime | None = None) -> str:
        key = self._key(passes.ISSUER)
        return passes.issue_group_pass(key, audience, proof, issued or now())

    def jurisdiction(self, audience: str, staff: Principal, group_id: UUID, person_id: UUID | None = None) -> str:
        key = self._key(passes.ISSUER)
        proof = jurisdiction.JurisdictionPass(staff.id, group_id, person_id)
        return jurisdiction.issue_jurisdiction_pass(key, audience, proof, now())


def a_member(person_id: UUID | None = None) -> Principal:
    """A member signed in with two factors just now."""
    return Principal(
        id=person_id or new_id(),
        session_id=new_id(),
        plane=Plane.MEMBER,
        role=None,
        organisation_id=None,
        areas=frozenset(),
        assurance=Assurance.TWO_FACTORS,
        authenticated_at=now(),
        token_expires_at=now() + timedelta(minutes=5),
    )


def a_staff_member(
    role: Role, areas: frozenset[str], organisation_id: UUID | None = None, staff_id: UUID | None = None
) -> Principal:
    """A staff session of a role with its assigned areas."""
    return replace(
        a_member(staff_id),
        plane=Plane.STAFF,
        role=role,
        areas=areas,
        organisation_id=organisation_id or new_id(),
    )


def a_police_system(organisation_id: UUID | None = None) -> Principal:
    """A session of the machine plane."""
    return replace(
        a_member(), plane=Plane.MACHINE, role=Role.POLICE_SYSTEM, organisation_id=organisation_id or new_id()
    )


def a_group_pass(
    person: Principal,
    group_id: UUID,
    *,
    office: str | None = None,
    rights: frozenset[passes.Right] | None = None,
) -> passes.GroupPass:
    """A pass of this person for this group; holders of an office have the officers' rights unless told otherwise."""
    if rights is None:
        rights = frozenset(passes.Right) if office else frozenset()
    return passes.GroupPass(person.id, group_id, office, rights, membership_version=1)
