"""What can go wrong, said as the server said it."""

import httpx


class OurWatchProblem(Exception):
    """An answer that is a refusal (RFC 9457). `code` is stable; `detail` is a sentence for people."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        super().__init__(f"{status} {code}: {detail}")

    @classmethod
    def of(cls, answer: httpx.Response) -> "OurWatchProblem":
        """The refusal in an answer, also where it is no problem document."""
        is_told = answer.headers.get("content-type", "").startswith("application/problem+json")
        # The refusal of a HEAD has the headers of a problem document, and no body.
        told = answer.json() if is_told and answer.content else {}
        return cls(answer.status_code, told.get("code", "unknown"), told.get("detail", answer.reason_phrase))


class OurWatchUnreachable(Exception):
    """No answer in time. Whatever was asked may be asked again with the same idempotency key."""
