"""Fields that several of identity's bodies share."""

from typing import Annotated

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
# Six digits, or a recovery code.
SecondFactorCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{6,40}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
LinkSecret = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
