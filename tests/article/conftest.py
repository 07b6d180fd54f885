"""Saves invented articles as files and reads them back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from verify.article.source import read_article
from verify.records.article import Article

ReadSaved = Callable[..., Article]


@pytest.fixture
def read_saved(tmp_path: Path) -> ReadSaved:
    """Give a function that saves ``content`` as ``name`` in an empty folder and reads it as an article."""

    def read(content: str | bytes, name: str = "story.html") -> Article:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return read_article(path)

    return read
