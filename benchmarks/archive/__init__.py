"""Matching against hundreds of hours: real fingerprints multiplied, and what a search among them costs."""
