"""Kinds of column that recur in every service's tables."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, DateTime, Enum


def words(kind: type[StrEnum]) -> Enum:
    """The type of a column that holds the values of an enumeration, as text."""
    return Enum(kind, native_enum=False, length=40, values_callable=lambda words: [word.value for word in words])


def moment(name: str, *, nullable: bool = False) -> Column[datetime]:
    """A column that holds a moment with its zone."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
