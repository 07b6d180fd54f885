"""From frames to a fingerprint that survives what is done to a copy."""
