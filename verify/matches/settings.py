"""What matching is tuned by, with the source of each value."""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSettings:
    """Settings of one comparison; their digest stands on every result.

    Attributes:
        candidate_bits: frames this near propose an alignment. Of 46 million pairs of frames from unrelated videos 12
            were as near (``benchmarks/frame_distances.py``); wider costs time, narrower loses copies.
        agreeing_bits: frames this near show the same picture once an alignment sets them against each other: by chance
            one pair in 4,300 does, and no other pair was tried for it. Narrower cuts captioned copies short.
        strong_bits: frames this near are evidence by themselves. Farther ones only carry on what such have shown: one
            plain picture that happens to be near is followed by others as plain and as near.
        threshold: a match below this score is a candidate only.
        max_references: references that are aligned in either direction, those first to which the rarest frames are
            near; more cost time, fewer hide copies of what has hundreds.
        min_seconds: shorter footage cannot be told from a coincidence; a query with less is not comparable.
        context_seconds: how far around a shared stretch two references are compared to tell whether they are related.
        recurring_in: a picture that stands in this many unrelated references is an ident, a test card or the like.
        recurring_seconds: and lasts no longer than this.
        whole_query_ratio: what makes up this share of the query is its footage, however often it recurs: an excerpt
            that many compilations show is looked for by itself.
    """

    candidate_bits: int = 72
    agreeing_bits: int = 96
    strong_bits: int = 64
    threshold: float = 0.5
    max_references: int = 256
    min_seconds: float = 1.0
    context_seconds: float = 5.0
    recurring_in: int = 5
    recurring_seconds: float = 15.0
    whole_query_ratio: float = 0.8

    def digest(self) -> str:
        """Name the settings by eight hexadecimal digits: equal digests mean equal settings."""
        values = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(values.encode()).hexdigest()[:8]

    def describe(self) -> str:
        """Give the settings in one line."""
        return (
            f"settings {self.digest()}: candidates within {self.candidate_bits} bits, agreement within"
            f" {self.agreeing_bits} of 256 bits, threshold {self.threshold:g}"
        )
