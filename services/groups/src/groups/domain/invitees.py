"""Somebody who is invited by an address that groups never keeps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invitee:
    """`tag` finds the account that has the address; `sealed_address` opens for messaging, which mails, alone."""

    tag: str
    sealed_address: str
