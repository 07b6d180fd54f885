"""Disguise the videos of a folder in every known way, look for them, and say how well that went."""
