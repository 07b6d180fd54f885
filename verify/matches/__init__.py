"""From a fingerprint and the hash database to matches with their reasons."""
