"""What the small run must reach; only an explicit flag lets it fall below."""

from collections.abc import Mapping

FLOORS: dict[str, float] = {
    "singles found": 0.89,
    "triples found": 0.75,
    "precision": 1.0,
    "IoU query": 0.94,
    "IoU reference": 0.92,
    "speed within 3 %": 0.92,
    "mirrored right": 0.99,
    "same scene, recall": 0.9,
    "stills named first": 0.75,
}
"""Least value by figure of the headline: two or three queries below what was measured last."""

CEILINGS: dict[str, float] = {"false same_footage": 0.0, "stills, false": 0.0, "same scene, share false": 0.15}
"""Largest value by figure of the headline."""


def fallen(figures: Mapping[str, float]) -> list[str]:
    """Say which figures are worse than they may be; those of kinds that were left out are not asked for."""
    low = [
        f"{name} is {figures[name]:g}, its floor {floor:g}"
        for name, floor in FLOORS.items()
        if figures.get(name, floor) < floor
    ]
    high = [
        f"{name} is {figures[name]:g}, its ceiling {top:g}"
        for name, top in CEILINGS.items()
        if figures.get(name, top) > top
    ]
    return low + high
