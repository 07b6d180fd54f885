"""Check what an article says a video shows."""
