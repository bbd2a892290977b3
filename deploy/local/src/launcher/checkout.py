"""Where things lie in this checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
SERVICES = ("identity", "groups", "documents", "messaging", "gateway")
