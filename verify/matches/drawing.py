"""What of two pictures laid on each other is drawn: points that can be told apart, and what differs."""

from collections.abc import Sequence

import cv2
import numpy as np

from verify.matches.overlay import Overlay, Picture
from verify.records.explanation import Point

MOST_POINTS, APART = 40, 0.03
"""Points drawn at most, and how far apart, in sides of the query."""

MOST_DIFFERENCE = 96.0
"""Difference of luma that is drawn in the brightest colour."""

NO_DIFFERENCE = 8.0
"""Up to this much re-encoding alone changes; nothing is drawn."""


def spread_points(points: Sequence[Point], count: int = MOST_POINTS) -> tuple[Point, ...]:
    """Choose points that lie apart in the query, for their numbers to be read: always the one farthest from all."""
    if not points:
        return ()
    places = np.array(points)[:, :2]
    chosen = [int(np.linalg.norm(places - places.mean(axis=0), axis=1).argmax())]
    nearest = np.linalg.norm(places - places[chosen[0]], axis=1)
    while len(chosen) < count and nearest.max() > APART:
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, np.linalg.norm(places - places[chosen[-1]], axis=1))
    return tuple(points[row] for row in sorted(chosen))


def draw_difference(query: Picture, overlay: Overlay) -> Picture:
    """Draw what differs as heat over the query in grey; beside the reference the query is dimmed.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    grey = cv2.cvtColor(query, cv2.COLOR_RGB2GRAY).astype(np.float32)
    base = np.repeat((0.55 * grey + 30)[..., np.newaxis], 3, axis=2)
    strength = ((overlay.difference - NO_DIFFERENCE) / (MOST_DIFFERENCE - NO_DIFFERENCE)).clip(0, 1)[..., np.newaxis]
    # From red through orange to yellow: more is brighter, also for who sees no colours.
    heat = np.concatenate([np.full_like(strength, 255), 255 * strength**1.2, 60 * strength], axis=2)
    drawn = base + (heat - base) * np.sqrt(strength)
    drawn[~overlay.inside] *= 0.45
    return np.asarray(drawn.round().clip(0, 255), np.uint8)
