"""What can go wrong with a blob, in the words of whoever reads or writes one."""


class DamagedCiphertext(Exception):
    """The ciphertext is not what was sealed: bits, order, length or place. `chunk` is the number of the
    chunk that was refused, None for the header.
    """

    def __init__(self, reason: str, chunk: int | None = None) -> None:
        where = "the header" if chunk is None else f"chunk {chunk}"
        super().__init__(f"{where}: {reason}")
        self.chunk = chunk


class WrongCommitment(DamagedCiphertext):
    """The header was made with another key, salt or context; no chunk was looked at."""

    def __init__(self) -> None:
        super().__init__("it commits to another key or context")


class LengthMismatch(Exception):
    """A source or a stored object is longer or shorter than was declared."""


class StoreUnavailable(Exception):
    """The store refused, failed, or did not answer in time; the same call may work later."""


class BlobMissing(Exception):
    """There is no object under this key."""


class NoSuchRange(Exception):
    """The object ends before the range that was asked for begins."""
