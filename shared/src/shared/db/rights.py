"""What a service's own role may do with its tables."""

from collections.abc import Sequence

from sqlalchemy import MetaData


def app_rights(service: str, metadata: MetaData, *, append_only: Sequence[str] = ()) -> list[str]:
    """Grants for the role `<service>_app`: rows of every table, but no change of what is `append_only`."""
    role = f"{service}_app"
    grants = [f"GRANT USAGE ON SCHEMA public TO {role}"]
    for table in metadata.sorted_tables:
        if table.schema is None:
            verbs = "SELECT, INSERT" if table.name in append_only else "SELECT, INSERT, UPDATE, DELETE"
            grants.append(f"REVOKE ALL ON {table.name} FROM {role}")
            grants.append(f"GRANT {verbs} ON {table.name} TO {role}")
    return grants
