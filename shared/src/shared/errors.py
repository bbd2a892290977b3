"""The five kinds of refusal. A refusal is a fact with a stable code; how it is told is the edge's affair."""

from typing import ClassVar


class Refusal(Exception):
    """A request or message that cannot be carried out, and why.

    `code` never changes once it is published (`groups.not_pending`); `detail` is a plain sentence that a member
    can read and act on. Neither may hold anything that the caller is not allowed to see.
    """

    code: ClassVar[str] = "refused"
    detail: ClassVar[str] = "This cannot be done."
    retry_after: int | None = None
    """Seconds after which the same request may succeed, where the refusal is one of time alone."""

    def __init__(self, detail: str | None = None) -> None:
        self.message = detail or self.detail
        super().__init__(self.message)


class NotFound(Refusal):
    """It is not there, or the caller may not know that it is."""

    code = "not_found"
    detail = "There is nothing here, or it is not yours to see."


class Conflict(Refusal):
    """It clashes with how things are now."""

    code = "conflict"


class Forbidden(Refusal):
    """The caller may know of it, and may not do this."""

    code = "forbidden"
    detail = "You may not do this."


class Invalid(Refusal):
    """The request makes no sense as it is."""

    code = "invalid"


class Unavailable(Refusal):
    """Something needed does not answer now; the same request may succeed later."""

    code = "unavailable"
    detail = "This part of OurWatch is not answering. Please try again in a moment."
