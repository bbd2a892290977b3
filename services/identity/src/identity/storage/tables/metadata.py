"""The metadata that all tables of identity share."""

from shared.db.tables import service_metadata

metadata = service_metadata()
