"""A typed client for OurWatch: for residents' tools, staff tools, the demo and the tests."""

from ourwatch_client.errors import OurWatchProblem, OurWatchUnreachable
from ourwatch_client.markings import MarkingStatement, verify_marking
from ourwatch_client.member import MemberSession
from ourwatch_client.staff import StaffSession
from ourwatch_client.visitor import Visitor

__all__ = [
    "MarkingStatement",
    "MemberSession",
    "OurWatchProblem",
    "OurWatchUnreachable",
    "StaffSession",
    "Visitor",
    "verify_marking",
]
