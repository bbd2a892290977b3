"""Passkeys in a real browser: what has to work does, and what has to be refused is, by the server itself."""

import random
import sys

from launcher.demo.told import DemoFailed
from ourwatch_client import OurWatchProblem

from tests.soak.passkey_cases import honest_use, wrong_answers, wrong_keys
from tests.soak.passkey_cases.chromium import BrowserRefused, missing
from tests.soak.passkey_cases.scene import scene
from tests.soak.seed import seed_of

CASES = (
    ("Members enrol a passkey, sign in and step up with it", honest_use.members_enrol_sign_in_and_step_up),
    ("Another origin", wrong_answers.another_origin_is_refused),
    ("Nobody verified", wrong_answers.nobody_verified_is_refused),
    ("An answer given before", wrong_answers.an_answer_counts_once),
    ("Somebody else's key", wrong_keys.somebody_elses_key_is_refused),
    ("A copied key", wrong_keys.a_copy_is_refused),
    ("A removed passkey", honest_use.a_removed_passkey_is_gone),
    ("Staff enrol a passkey, sign in and step up with it", honest_use.staff_enrol_sign_in_and_step_up),
)


def main() -> int:
    if missing():
        print(
            f"ourwatch: this soak needs {' and '.join(missing())}; on Debian as root: "
            "apt-get update && apt-get install --no-install-recommends chromium chromium-driver",
            file=sys.stderr,
        )
        return 1
    seed = seed_of("passkeys")
    cases, failed = random.Random(seed).sample(CASES, len(CASES)), []
    with scene(seed) as here:
        for number, (title, case) in enumerate(cases, 1):
            here.told.step(number, title)
            here.open_our_page()
            try:
                case(here)
            except (DemoFailed, OurWatchProblem, BrowserRefused) as reason:
                failed.append(title)
                here.told.did(f"✗ {reason!r}")
    print(f"\nIt did NOT hold: {', '.join(failed)}." if failed else "\nEverything held.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
