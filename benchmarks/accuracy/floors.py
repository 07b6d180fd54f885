"""What the small run must reach; only an explicit flag lets it fall below."""

from collections.abc import Mapping

FLOORS: dict[str, float] = {
    "singles found": 0.76,
    "triples found": 0.5,
    "precision": 0.95,
    "IoU query": 0.94,
    "IoU reference": 0.93,
    "speed within 3 %": 0.88,
    "mirrored right": 0.99,
    "same scene, recall": 0.9,
}
"""Least value by figure of the headline: two or three queries below what was measured last."""

CEILINGS: dict[str, float] = {"false same_footage": 1.0}
"""Largest value by figure of the headline. One trap is fallen into: two rooms in which hardly anything moves, each
filmed off the very same phone. The aim is none."""


def fallen(figures: Mapping[str, float]) -> list[str]:
    """Say which figures are worse than they may be."""
    low = [
        f"{name} is {figures[name]:g}, its floor {floor:g}" for name, floor in FLOORS.items() if figures[name] < floor
    ]
    high = [
        f"{name} is {figures[name]:g}, its ceiling {top:g}" for name, top in CEILINGS.items() if figures[name] > top
    ]
    return low + high
