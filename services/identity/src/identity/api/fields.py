"""Fields that several of identity's bodies share."""

from typing import Annotated, Any

from pydantic import AfterValidator, EmailStr, Field, SecretStr, StringConstraints
from shared.mail.message import UnsafeHeader, safe_address


def _deliverable(value: str) -> str:
    try:
        return safe_address(value)
    except UnsafeHeader as error:
        raise ValueError("not an address that mail can be sent to safely") from error


Email = Annotated[EmailStr, AfterValidator(_deliverable), Field(max_length=254)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=256)]
# The short name of the second of two people who share a mailbox; the first has none.
SharedAs = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{0,20}$")]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
AnyCode = Annotated[str, StringConstraints(pattern=r"^([0-9]{6}|[A-Za-z2-7]{4}([- ]?[A-Za-z2-7]{4}){3})$")]
"""Six digits of an app or a mail, or a recovery code."""
Credential = Annotated[dict[str, Any], Field(max_length=20)]
"""What a browser's `PublicKeyCredential.toJSON()` gives; its parts are read by the relying party."""
EmailDomain = Annotated[
    str,
    StringConstraints(
        to_lower=True, max_length=253, pattern=r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
    ),
]
EmailDomains = Annotated[list[EmailDomain], Field(max_length=50)]
LinkSecret = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
