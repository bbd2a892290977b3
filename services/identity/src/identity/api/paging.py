"""Which part of a list is asked for."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

After = Annotated[UUID | None, Query()]
Limit = Annotated[int, Query(ge=1, le=100)]
