"""The seed of a soak: given, or drawn and said."""

import argparse
import secrets


def seed_of(name: str) -> int:
    """`--seed N`, or a fresh one; printed, so that the run can be repeated."""
    seed: int = options_of(name).seed
    return seed


def options_of(name: str, **counts: int) -> argparse.Namespace:
    """The same, with further options that are counts, by their names and what they are unless told otherwise."""
    parser = argparse.ArgumentParser(prog=f"./ourwatch soak {name}")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32))
    for count, usual in counts.items():
        parser.add_argument(f"--{count}", type=int, default=usual)
    options = parser.parse_args()
    told = " ".join(f"--{option} {getattr(options, option)}" for option in ("seed", *counts))
    print(f"seed {options.seed}: repeat with ./ourwatch soak {name} {told}", flush=True)
    return options
