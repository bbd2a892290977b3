"""Hundreds of random steps of members, officers, coordinators and police, each compared with an independent model."""

import os
import subprocess
import sys

from tests.soak.seed import seed_of

# Runs, and steps of each.
STEPS = "20x30"
MODEL = "services/groups/tests/model/test_model.py"


def main() -> int:
    seed = seed_of("groups")
    command = [sys.executable, "-m", "pytest", "-q", "--timeout=0", f"--hypothesis-seed={seed}", MODEL]
    code = subprocess.run(command, env=os.environ | {"OURWATCH_MODEL_STEPS": STEPS}, check=False).returncode
    print("The service did what the model says." if code == 0 else "It did NOT hold: keep the steps above as a test.")
    return 1 if code else 0


if __name__ == "__main__":
    raise SystemExit(main())
