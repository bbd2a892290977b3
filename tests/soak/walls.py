"""With any two of the six walls down, nothing that staff or machines try at documents gets anything."""

import subprocess
import sys

from launcher.checkout import ROOT


def main() -> int:
    """All fifteen pairs, on a whole system of their own."""
    asked = [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/journeys/pairs_of_walls.py"]
    return subprocess.run(asked, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
