"""Why a proof is not accepted. One sentence for all of them: a caller learns nothing about which check failed."""

from shared.errors import Forbidden


class BadToken(Exception):
    """A token that is not accepted. `reason` is for the log, never for the caller."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class WrongPlane(Forbidden):
    """The session is of another plane (P1, P2)."""

    code = "auth.wrong_plane"
    detail = "This is not open to the kind of session you are signed in with."


class NoProof(Forbidden):
    """The proof of belonging is missing or not for this person and group (P19)."""

    code = "auth.no_proof"
    detail = "You may not do this here."


class SecondFactorNeeded(Forbidden):
    """The act needs a session with two factors, or a fresh one."""

    code = "auth.second_factor_needed"
    detail = "Please confirm with your authenticator app or passkey first."
