"""The player's clock: from the decoder's times to times that never run backwards."""

from dataclasses import dataclass

LONGEST_STILL_S = 6 * 3600
"""A frame that would be shown for longer has a wrong stamp: one such stamp would make years of a short video."""


@dataclass
class PlayerClock:
    """Turns the decoder's times into ticks on the player's clock, of which the first frame shown is 0.

    Attributes:
        step: ticks from frame to frame by the frame rate.
        second: ticks of a second.
        shift: what is added to the decoder's times; None before the first frame.
        ticks: time of the last frame, -1 before the first.
        gap: ticks between the last two frames.
        guessed: frames whose time was missing or out of order.
        jumps: how often the clock of the file began anew.
    """

    step: int
    second: int
    shift: int | None = None
    ticks: int = -1
    gap: int = 0
    guessed: int = 0
    jumps: int = 0

    def next(self, pts: int | None) -> int:
        """Give the player's time of the next frame shown."""
        ticks = self._place(pts)
        if self.ticks >= 0:
            self.gap = ticks - self.ticks
        self.ticks = ticks
        return ticks

    def _place(self, pts: int | None) -> int:
        following = self.ticks + min(self.step, self.gap or self.step) if self.ticks >= 0 else 0
        if pts is None:
            self.guessed += 1
            return following
        if self.shift is None:
            self.shift = -pts
        ticks = pts + self.shift
        ahead = ticks - self.ticks
        if 0 < ahead <= LONGEST_STILL_S * self.second:
            return ticks
        if -self.second < ahead <= 0:
            # Packed B-frames carry each other's times: the frames are in order, their stamps right on average only.
            self.guessed += 1
            return following
        # Joined broadcasts start their clock anew: a player goes on from where it was.
        self.jumps += 1
        self.shift = following - pts
        return following
