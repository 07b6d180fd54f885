"""From frames to the few pictures that stand for a video."""
