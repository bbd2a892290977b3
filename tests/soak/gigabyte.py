"""One GiB goes up and comes down through gateway and service, and no process holds it in memory."""

import subprocess
import sys

from launcher.checkout import ROOT


def main() -> int:
    """On a whole system of its own; says the peak of each process."""
    asked = [sys.executable, "-m", "pytest", "-q", "-s", "-n", "0", "tests/journeys/one_gibibyte.py"]
    return subprocess.run(asked, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
