"""A walk past every rule of the model, each step compared as the random ones are."""

from services.groups.tests.model.cast import ELSEWHERE, HERE
from services.groups.tests.model.machine import Groups


def walk(our: Groups) -> None:
    """A community group that goes through everything, and a panel that staff founded."""
    our.begin(kind="community_group")
    _come_in(our)
    _are_marked(our)
    _are_suspended(our)
    _are_led(our)
    _begin_as_a_panel(our)


def _come_in(our: Groups) -> None:
    our.admits(0, "cat", "cora")
    our.admits(0, "bob", "cora")
    our.asks(0, "dan")
    our.invites(0, "cat", "eve")
    our.invites(0, "bob", "eve")
    our.revokes_the_link(0, "bob")
    our.asks(0, "dan")
    our.makes_a_link(0, "cora")
    our.makes_a_link(0, "ann")
    our.accepts(0, "eve")


def _are_marked(our: Groups) -> None:
    our.shows_the_group(0, "cat", visible=True)
    our.shows_the_group(0, "bob", visible=True)
    our.marks(0, "police", None)
    our.marks(0, "other police", None)
    our.marks(0, "cora", None)
    our.withdraws(0, "cora", None)
    our.appoints(0, "ann", "secretary", "cora")
    our.marks(0, "cora", None)
    our.marks(0, "dan", None)
    our.withdraws(0, "dan", None)
    our.withdraws(0, "other police", None)
    our.withdraws(0, "police", None)
    our.marks(0, "dan of the police", None)
    our.marks(0, "police", "cat")
    our.marks(0, "police", "dan")
    our.moves(0, "bob", ELSEWHERE)
    our.moves(0, "ann", ELSEWHERE)
    our.marks(0, "police", None)
    our.moves(0, "ann", HERE)


def _are_suspended(our: Groups) -> None:
    our.suspends(0, "bob", "cora")
    our.suspends(0, "bob", "cat")
    our.leaves(0, "cat")
    our.comes_back(0, "cat")
    our.decides(0, "cora", "cat", "resume")
    our.suspends(0, "ann", "cora")
    our.time_ends_suspensions()


def _are_led(our: Groups) -> None:
    our.opens_names(0, "bob", to_all=True)
    our.opens_names(0, "ann", to_all=True)
    our.opens_names(0, "ann", to_all=False)
    our.lets_forward(0, "bob", "cat", may=True)
    our.is_away(0, "ann", away=True)
    our.lets_forward(0, "bob", "cat", may=True)
    our.appoints(0, "bob", "chair", "bob")
    our.closes(0, "bob")
    our.leaves(0, "ann")
    our.vacates(0, "ann", "chair")
    our.is_elected(0, "cat")
    our.decides(0, "eve", "bob", "remove")
    our.decides(0, "cora", "bob", "remove")
    our.comes_back(0, "bob")
    our.asks(0, "bob")
    our.decides(0, "cora", "bob", "refuse")
    our.asks(0, "bob")
    our.admits(0, "cora", "bob")
    our.closes(0, "cat")
    our.reopens(0, "cat")


def _begin_as_a_panel(our: Groups) -> None:
    our.accepts(2, "bob")
    our.accepts(2, "dan")
    our.accepts(2, "cat")
    our.is_elected(2, "bob")
    our.accepts(2, "cora")
    our.is_elected(2, "bob")
    our.opens_names(2, "bob", to_all=False)
