"""What may become of a membership."""

from datetime import UTC, datetime, timedelta

import pytest
from groups.domain.errors import GroupIsFull, NoSuchOffice, NotActive, NotInvited, NotPending
from groups.domain.groups import Group, GroupState, Kind, Visibility
from groups.domain.memberships import INVITED_FOR, Membership, MembershipState
from groups.domain.permissions import Standing, may_see_members
from shared.auth.passes import Right
from shared.ids import new_id

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def a_membership(state: MembershipState) -> Membership:
    return Membership.begin(new_id(), new_id(), state, NOW)


def a_group(kind: Kind = Kind.WARD_PANEL) -> Group:
    return Group(new_id(), kind, "Panel", "Safety", Visibility.HIDDEN, "E05009336", GroupState.ACTIVE, NOW, 1)


def a_standing(office: str | None = None, *, is_forwarder: bool = False, state: str = "active") -> Standing:
    return Standing(
        new_id(), MembershipState(state), 1, office, is_forwarder=is_forwarder, stands_in=False, seen_on=None
    )


@pytest.mark.parametrize("state", sorted(set(MembershipState) - {MembershipState.PENDING}))
def test_only_who_asked_is_admitted_or_refused(state: MembershipState) -> None:
    with pytest.raises(NotPending):
        a_membership(state).admit(NOW)
    with pytest.raises(NotPending):
        a_membership(state).refuse("No", NOW)


def test_an_invitation_is_open_for_thirty_days() -> None:
    a_membership(MembershipState.INVITED).accept(NOW + INVITED_FOR - timedelta(seconds=1))
    with pytest.raises(NotInvited):
        a_membership(MembershipState.INVITED).accept(NOW + INVITED_FOR)


@pytest.mark.parametrize("state", sorted(set(MembershipState) - {MembershipState.INVITED}))
def test_only_who_is_invited_accepts(state: MembershipState) -> None:
    with pytest.raises(NotInvited):
        a_membership(state).accept(NOW)


@pytest.mark.parametrize("state", sorted(set(MembershipState) - {MembershipState.ACTIVE, MembershipState.SUSPENDED}))
def test_only_who_belongs_is_removed(state: MembershipState) -> None:
    with pytest.raises(NotActive):
        a_membership(state).remove("Moved", NOW)


def test_every_change_is_a_new_version() -> None:
    membership = a_membership(MembershipState.PENDING)
    membership.admit(NOW)
    membership.remove("Moved", NOW)
    membership.ask_again(None, NOW)
    assert (membership.version, membership.state) == (4, MembershipState.PENDING)


def test_the_twenty_first_member_waits_for_a_marking() -> None:
    a_group().must_have_room(members=20, was_marked=False)
    a_group().must_have_room(members=21, was_marked=True)
    with pytest.raises(GroupIsFull):
        a_group().must_have_room(members=21, was_marked=False)


def test_a_scheme_has_no_chair_and_a_panel_no_coordinator() -> None:
    with pytest.raises(NoSuchOffice):
        a_group(Kind.NEIGHBOURHOOD_WATCH).office("chair")
    with pytest.raises(NoSuchOffice):
        a_group(Kind.WARD_PANEL).office("coordinator")
    with pytest.raises(NoSuchOffice):
        a_group(Kind.WARD_PANEL).office("forwarder")


def test_rights_follow_from_what_is_held_by_an_active_member() -> None:
    assert a_standing("secretary").rights == {Right.OFFICER, Right.FORWARD}
    assert a_standing(is_forwarder=True).rights == {Right.FORWARD}
    assert a_standing().rights == set()
    assert a_standing("chair", state="removed").rights == set()


def test_names_are_open_in_a_ward_panel_alone() -> None:
    assert may_see_members(a_standing(), a_group(Kind.WARD_PANEL))
    assert not may_see_members(a_standing(state="pending"), a_group(Kind.WARD_PANEL))
    assert not may_see_members(a_standing(), a_group(Kind.COMMUNITY_GROUP))
    assert may_see_members(a_standing("secretary"), a_group(Kind.COMMUNITY_GROUP))
