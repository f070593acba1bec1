"""What the benchmarks share: a clock, percentiles, the exponent of a cost, and the table that says what was met."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Costs = Mapping[int, float]
"""Milliseconds (or megabytes) by the number of images."""


class Clock:
    """``wall`` is what a person waits. ``cpu`` is the processor time of all threads of this process: the same on an
    idle machine, since GUI and database take turns, and of use on one that others keep busy."""

    def __init__(self, kind: str) -> None:
        self.now = time.process_time if kind == "cpu" else time.perf_counter

    def times(self, action: Callable[[], object], rounds: int) -> list[float]:
        """Milliseconds of each of ``rounds`` runs."""
        return [self.once(action) for _ in range(rounds)]

    def once(self, action: Callable[[], object]) -> float:
        began = self.now()
        action()
        return (self.now() - began) * 1000


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


def exponent(costs: Costs) -> float | None:
    """k where the cost grows as the number of images to the k, from the smallest to the largest number."""
    low, high = min(costs), max(costs)
    if low == high or min(costs[low], costs[high]) <= 0:
        return None
    return math.log(costs[high] / costs[low]) / math.log(high / low)


@dataclass(frozen=True, slots=True)
class Target:
    """``at_most`` of the exponent or the value at the largest size; ``ratio`` is the peer's cost by ours, at least."""

    exponent: float | None = None
    value: float | None = None
    ratio: float | None = None


@dataclass(slots=True)
class Figure:
    """One line of the table. ``peer`` is what the same costs elsewhere, empty where nothing is alike."""

    name: str
    target: Target = field(default_factory=Target)
    ours: dict[int, float] = field(default_factory=dict)
    peer: dict[int, float] = field(default_factory=dict)

    def ratio(self) -> float | None:
        size = max(self.ours)
        return self.peer[size] / self.ours[size] if size in self.peer and self.ours[size] else None

    def verdicts(self) -> list[str]:
        """Each target with what was reached, of the largest number of images."""
        found = []
        for value, bound, name, is_least in (
            (exponent(self.ours), self.target.exponent, "exponent", False),
            (self.ours[max(self.ours)], self.target.value, "value", False),
            (self.ratio(), self.target.ratio, "ratio", True),
        ):
            if bound is not None and value is not None:
                met = value >= bound if is_least else value <= bound
                found.append(f"{name} {'≥' if is_least else '≤'} {bound:g}: {'met' if met else 'MISSED'}")
        return found


def print_table(figures: Sequence[Figure], sizes: Sequence[int]) -> None:
    """One line a figure: ours at each size with its exponent, the peer's, the ratio, and the targets."""
    names = [f"{size:,}" for size in sizes]
    heads = "".join(f"{name:>11}" for name in names) + f"{'exp':>7}"
    print(f"{'ms, where nothing else is said':40}{heads} |{heads} |{'ratio':>8}  targets")
    for figure in figures:
        if not figure.ours:
            continue
        ratio = figure.ratio()
        print(
            f"{figure.name:40}{_cells(figure.ours, sizes)} |{_cells(figure.peer, sizes)} |"
            f"{'' if ratio is None else f'{ratio:.1f}':>8}  {'; '.join(figure.verdicts())}"
        )


def _cells(costs: Costs, sizes: Sequence[int]) -> str:
    cells = "".join(f"{costs[size]:>11.3f}" if size in costs else " " * 11 for size in sizes)
    power = exponent(costs) if len(costs) > 1 else None
    return cells + (" " * 7 if power is None else f"{power:>7.2f}")
