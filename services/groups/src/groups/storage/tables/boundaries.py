"""How areas are drawn. No table of groups or people refers to a shape (P10)."""

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from groups.storage.tables.metadata import metadata

area_boundaries = Table(
    "area_boundaries",
    metadata,
    Column("code", Text, ForeignKey("areas.code"), primary_key=True),
    # From 1; the newest that has begun is in force.
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("from_date", Date, nullable=False),
    # The first day on which the area is no more; a newer version ends one too.
    Column("until_date", Date),
    # Polygons of rings of positions, as domain/boundaries.py has them.
    Column("polygons", JSONB, nullable=False),
    Column("west", Integer, nullable=False),
    Column("south", Integer, nullable=False),
    Column("east", Integer, nullable=False),
    Column("north", Integer, nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Index("ix_area_boundaries_box", "west", "east", "south", "north"),
    Index("ix_area_boundaries_latitude_longitude", "latitude", "longitude"),
)
