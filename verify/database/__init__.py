"""The hash database: known videos with their fingerprints and sightings."""
