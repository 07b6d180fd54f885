"""Cases whose pictures lie in a folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.report.made_cases import make_article, write_pictures
from verify.records.case import Case, CaseVideo

MakeCase = Callable[..., Case]


@pytest.fixture
def make_case(tmp_path: Path) -> MakeCase:
    """Give a maker of cases whose pictures lie in a folder."""

    def make(*videos: CaseVideo, **changes: Any) -> Case:  # noqa: ANN401
        for video in videos:
            write_pictures(tmp_path, video)
        values: dict[str, Any] = {
            "root": tmp_path,
            "case_id": "c0ffee",
            "title": "A truck in flames",
            "created_utc": "2022-11-16T08:00:00Z",
            "tool": "verify 0.1.0",
            "settings": {"keyframes": "one a shot"},
            "article": make_article(),
            "videos": videos,
            "claims": (),
        }
        return Case(**(values | changes))

    return make
