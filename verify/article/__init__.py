"""Reads a saved article: its text word for word, who published it when, and the videos that it cites.

Nothing here ever opens a network connection: an address is refused, and what a page points to is read only
where it lies as a file beside the page.
"""
