"""Forty bad requests to every route of every service: a problem, never a 5xx."""

import os
import subprocess
import sys

from tests.soak.seed import seed_of

CASES_PER_ROUTE = "40"
BAD_INPUT = "tests/journeys/story/test_bad_input.py"


def main() -> int:
    seed = seed_of("bad_input")
    command = [sys.executable, "-m", "pytest", "-q", "-s", f"--hypothesis-seed={seed}", BAD_INPUT]
    environment = os.environ | {"OURWATCH_BAD_INPUT_CASES": CASES_PER_ROUTE}
    code = subprocess.run(command, env=environment, check=False).returncode
    print("Everything was refused as it should be." if code == 0 else "It did NOT hold: see what is told above.")
    return 1 if code else 0


if __name__ == "__main__":
    raise SystemExit(main())
