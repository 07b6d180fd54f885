"""Check what an article says a video shows.

The names below are the Python API; each is loaded when it is first used, so that ``import verify`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verify.article.source import read_article
    from verify.case.check import CaseCheck, check_case
    from verify.case.decisions import Decision, record_stance
    from verify.case.folder import read_case
    from verify.case.run import CaseRequest, new_case
    from verify.database.intake import take_files
    from verify.database.store import open_database
    from verify.database.walk import find_files
    from verify.errors import VerifyError
    from verify.fingerprints.workers import fingerprint_file
    from verify.keyframes.write import write_keyframes
    from verify.matches.find import Matcher
    from verify.matches.settings import MatchSettings
    from verify.records.edtf_date import parse_date
    from verify.report.content import report_as_json
    from verify.report.explanation import ExplanationFolder
    from verify.report.html import report_as_html
    from verify.videos.decode import decode_video

__all__ = [
    "CaseCheck",
    "CaseRequest",
    "Decision",
    "ExplanationFolder",
    "MatchSettings",
    "Matcher",
    "VerifyError",
    "check_case",
    "decode_video",
    "find_files",
    "fingerprint_file",
    "new_case",
    "open_database",
    "parse_date",
    "read_article",
    "read_case",
    "record_stance",
    "report_as_html",
    "report_as_json",
    "take_files",
    "write_keyframes",
]

_HOMES = {
    "CaseCheck": "case.check",
    "CaseRequest": "case.run",
    "Decision": "case.decisions",
    "ExplanationFolder": "report.explanation",
    "MatchSettings": "matches.settings",
    "Matcher": "matches.find",
    "VerifyError": "errors",
    "check_case": "case.check",
    "decode_video": "videos.decode",
    "find_files": "database.walk",
    "fingerprint_file": "fingerprints.workers",
    "new_case": "case.run",
    "open_database": "database.store",
    "parse_date": "records.edtf_date",
    "read_article": "article.source",
    "read_case": "case.folder",
    "record_stance": "case.decisions",
    "report_as_html": "report.html",
    "report_as_json": "report.content",
    "take_files": "database.intake",
    "write_keyframes": "keyframes.write",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (whatever the name stands for)
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
