"""Rounds that alternate between what is compared, and how they are told."""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Series:
    """What one candidate did in each round, in units a second."""

    rates: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.rates)

    def told(self) -> str:
        return f"{self.median:.1f} a second (from {min(self.rates):.1f} to {max(self.rates):.1f})"


@dataclass
class Result:
    """Ratios with the goal that each is to reach, and whatever else was seen."""

    name: str
    ratios: dict[str, float] = field(default_factory=dict)
    goals: dict[str, float] = field(default_factory=dict)
    details: dict[str, object] = field(default_factory=dict)

    def add(self, ratio: str, value: float, goal: float) -> None:
        self.ratios[ratio], self.goals[ratio] = round(value, 3), goal

    def tell(self, *, as_json: bool) -> None:
        """Prints the result: one line of JSON, or lines to read."""
        if as_json:
            print(json.dumps({"name": self.name, "ratios": self.ratios, "goals": self.goals, "details": self.details}))
            return
        for name, value in self.details.items():
            print(f"  {name}: {value}")
        for name, value in self.ratios.items():
            print(f"{name}: {value} (goal {self.goals[name]})")


def rate(work: Callable[[], int], seconds: float) -> float:
    """How many units a second `work`, which returns how many it did, manages over some seconds."""
    began, done = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        done += work()
    return done / passed


def interleaved(candidates: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, Series]:
    """Every candidate once in each round, so that what else the machine does meets all of them alike."""
    seen: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, measure in candidates.items():
            seen[name].append(measure())
    return {name: Series(rates) for name, rates in seen.items()}


def arguments(name: str) -> argparse.Namespace:
    """`--json` and `--peers`, which every benchmark takes."""
    parser = argparse.ArgumentParser(prog=f"./ourwatch bench {name}")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--peers", action="store_true", help="the peers beside it as well")
    return parser.parse_args()
