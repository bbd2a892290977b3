"""The seed of a soak: given, or drawn and said."""

import argparse
import secrets


def seed_of(name: str) -> int:
    """`--seed N`, or a fresh one; printed, so that the run can be repeated."""
    parser = argparse.ArgumentParser(prog=f"./ourwatch soak {name}")
    parser.add_argument("--seed", type=int, default=None)
    seed: int | None = parser.parse_args().seed
    if seed is None:
        seed = secrets.randbelow(1 << 32)
    print(f"seed {seed}: repeat with ./ourwatch soak {name} --seed {seed}", flush=True)
    return seed
