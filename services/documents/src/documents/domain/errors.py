"""What documents refuses, one fact a line. Codes never change."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class NothingHere(NotFound):
    """No such document, version or release, or none that the caller may know of (P20)."""

    code = "documents.not_found"


class OnlyOfficers(Forbidden):
    """Adding to the vault and deleting from it are the officers' (P20)."""

    code = "documents.only_officers"
    detail = "Only the officers of this group may do this."


class MayNotForward(Forbidden):
    """Forwarding is an office or a right that the chair gives (P20)."""

    code = "documents.may_not_forward"
    detail = "Only the officers, and those to whom the chair gave the right, may forward documents."


class TooLarge(Invalid):
    """The declared length is over what this installation takes."""

    code = "documents.too_large"
    detail = "This file is larger than what can be kept here."


class LengthDiffers(Invalid):
    """What came is longer or shorter than was declared; nothing of it is kept (P22)."""

    code = "documents.length_differs"
    detail = "The file is not as long as was announced. Please send it again."


class UploadBrokeOff(Invalid):
    """The sender went away or fell silent; nothing of it is kept (P22)."""

    code = "documents.upload_broke_off"
    detail = "The upload broke off. Please send the file again."


class NotRawBytes(Invalid):
    """Content is sent as it is, not as a form."""

    code = "documents.not_raw_bytes"
    detail = "Content is sent as application/octet-stream."


class NotReadyYet(Conflict):
    """A version without its content cannot be forwarded."""

    code = "documents.version_not_ready"
    detail = "This version has no content yet."


class NotLongInTheBin(Conflict):
    """The keys of a document are destroyed 30 days after it went into the bin, and no day earlier (P22)."""

    code = "documents.not_long_in_the_bin"
    detail = "This document has not been in the bin for 30 days."


class BadSecretDigest(Invalid):
    """An event carries something else than the SHA-256 of a secret."""

    code = "documents.bad_secret_digest"


class StoreAway(Unavailable):
    """The object store does not answer, or not as it should."""

    code = "documents.store_unavailable"


class KeysAway(Unavailable):
    """The keys process does not answer."""

    code = "documents.keys_unavailable"


class TooManyKeys(Unavailable):
    """One group, or one release, asks for keys faster than people read."""

    code = "documents.too_many_at_once"
    detail = "Too much is being asked of this group's documents at once. Please try again in a minute."
