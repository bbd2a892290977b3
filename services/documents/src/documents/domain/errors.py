"""What documents refuses, one fact a line. Codes never change."""

from datetime import date
from typing import Self

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class NothingHere(NotFound):
    """No such document, folder, version or release, or none that the caller may know of (P20)."""

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


class WrongOffset(Conflict):
    """A resumed upload goes on where what is kept ends, and nowhere else; `kept` bytes are."""

    code = "documents.wrong_offset"
    detail = "Please go on from the place that this answer names."

    def __init__(self, kept: int, *, is_complete: bool = False) -> None:
        super().__init__()
        self.kept, self.is_complete = kept, is_complete


class UploadDiffers(Conflict):
    """Other bytes than those that came before for the same place; what was kept of the upload is gone."""

    code = "documents.upload_differs"
    detail = "This is not the file that was begun. Please send it from its beginning."


class UploadGone(Conflict):
    """The store has no longer what was kept of an upload; it begins anew."""

    code = "documents.upload_gone"
    detail = "What was kept of this file is gone. Please send it from its beginning."


class NoOffset(Invalid):
    """A part of an upload says where it goes on, and is called what it is."""

    code = "documents.no_offset"
    detail = "A part of an upload is sent as application/partial-upload, with Upload-Offset."


class NotRawBytes(Invalid):
    """Content is sent as it is, not as a form."""

    code = "documents.not_raw_bytes"
    detail = "Content is sent as application/octet-stream."


class TypeNotTaken(Invalid):
    """The content's first bytes are of no kind that a vault takes; its name does not count."""

    code = "documents.type_not_taken"
    detail = (
        "This kind of file is not taken here. Taken are PDF, pictures (PNG, JPEG, GIF, WebP, HEIC), documents of Word, "
        "Excel, PowerPoint and OpenDocument, rich text, plain text and CSV in UTF-8, MP3, MP4 and ZIP archives."
    )


class ArchiveNotTaken(Invalid):
    """An archive that is damaged, too large when unpacked, locked, or holds what may do harm; nothing of it is kept."""

    code = "documents.archive_not_taken"
    detail = "This archive cannot be read. Please make it anew and send it again."


class MalwareFound(Invalid):
    """The scanner knows this content as malware; nothing of it is kept."""

    code = "documents.malware_found"
    detail = "A virus scanner found something harmful in this file. It was not kept."


class NotScanned(Unavailable):
    """The scanner did not say that this content is clean, so it is not taken (fail closed)."""

    code = "documents.not_scanned"
    detail = "This file could not be checked for viruses, so it was not taken. Please try again later."


class NotReadyYet(Conflict):
    """A version without its content cannot be forwarded."""

    code = "documents.version_not_ready"
    detail = "This version has no content yet."


class NotLongInTheBin(Conflict):
    """The keys of a document are destroyed 30 days after it went into the bin, and no day earlier (P22)."""

    code = "documents.not_long_in_the_bin"
    detail = "This document has not been in the bin for 30 days."


class KeptUntil(Conflict):
    """A document that is to be kept does not go into the bin before its day."""

    code = "documents.kept_until"

    @classmethod
    def day(cls, day: date) -> Self:
        return cls(f"This document is to be kept until {day:%d %B %Y}. Change that day first if it may go earlier.")


class DateHasPassed(Invalid):
    """An expiry or retention that would already be over."""

    code = "documents.date_has_passed"
    detail = "This day has passed. Please choose a later one."


class NoLongerInBin(Conflict):
    """After 30 days a document is not brought back (P22)."""

    code = "documents.no_longer_in_bin"
    detail = "This document lay in the bin for more than 30 days and cannot be brought back."


class FolderNotEmpty(Conflict):
    """Only an empty folder is removed; what lies in the bin does not count."""

    code = "documents.folder_not_empty"
    detail = "There is something in this folder. Move or remove it first."


class FolderInsideItself(Conflict):
    """A folder was to be moved into itself, or into one that lies in it."""

    code = "documents.folder_inside_itself"
    detail = "A folder cannot be moved into itself. Choose another place."


class FoldersTooDeep(Conflict):
    """Folders lie in each other, eight deep at most."""

    code = "documents.folders_too_deep"
    detail = "Folders can lie in each other eight deep at most. Choose a place further up."


class TooManyFolders(Conflict):
    """A vault has 500 folders at most."""

    code = "documents.too_many_folders"
    detail = "This vault has 500 folders. Remove one that is empty first."


class VaultFull(Conflict):
    """The declared bytes do not fit into what the group may use."""

    code = "documents.vault_full"

    @classmethod
    def with_use(cls, used_bytes: int, quota_bytes: int) -> Self:
        return cls(
            f"This file does not fit: {_in_mebibytes(used_bytes)} of {_in_mebibytes(quota_bytes)} are used. "
            "Remove documents that are no longer needed; their space is free again when they leave the bin."
        )


def _in_mebibytes(count: int) -> str:
    return f"{count / (1 << 20):,.1f} MiB"


class Damaged(Conflict):
    """What rests here does not open: it was damaged, or moved here from another place. Trying again does not help."""

    code = "documents.damaged"
    detail = "This is damaged and cannot be opened. Please tell those who run OurWatch for you: a backup holds it."


class DoesNotFit(Invalid):
    """A wrapped key or sealed text that was not made for this place, or not by us."""

    code = "documents.key_does_not_fit"


class BadSecretDigest(Invalid):
    """An event carries something else than the SHA-256 of a secret."""

    code = "documents.bad_secret_digest"


class TooManyUploads(Unavailable):
    """As many parts of uploads are in memory as may be, and none of them was done in time."""

    code = "documents.too_many_uploads"
    detail = "Many files are being sent at this moment. Please go on in a minute: what is kept of yours stays kept."
    retry_after = 30


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
