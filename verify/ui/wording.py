"""Times, lengths, dates and answers in words for people; no Streamlit."""

from datetime import timedelta
from pathlib import PurePath

from verify.claims.dates import PROBABLY_OLDER, compare_dates
from verify.errors import VerifyError
from verify.records.article import Article
from verify.records.case import CaseVideo
from verify.records.edtf_date import EdtfDate
from verify.records.match import FirstSeen, Reference
from verify.report.wording import counted, published_in_words, visible

NOT_SEARCHED = "not_searched"
NOT_SEARCHED_WORDS = "Not searched"
DATE_UNKNOWN = "date unknown"

_MINUTE_S = 60
_HOUR_S = 3600
_DAYS_PER_YEAR = 365.25
_DAYS_PER_MONTH = 30.44


def length(seconds: float) -> str:
    """Give a length of time: ``8.4 s``, ``2 min 10 s``, ``24 h 30 min``."""
    if seconds < _MINUTE_S:
        return f"{seconds:.1f} s"
    seconds = round(seconds)
    if seconds < _HOUR_S:
        return f"{int(seconds // _MINUTE_S)} min {int(seconds % _MINUTE_S)} s"
    return f"{int(seconds // _HOUR_S)} h {int(seconds % _HOUR_S // _MINUTE_S)} min"


def error_words(error: VerifyError) -> dict[str, str]:
    """Give an error as what, why and remedy; each may quote names from outside."""
    return {"what": visible(error.what), "why": visible(error.why), "remedy": visible(error.remedy)}


def video_name(video: CaseVideo) -> str:
    """Name a video of the case: its file, else what the article calls it."""
    cited = video.citation
    return visible(video.original_name or cited.label or cited.address or f"video {video.number}")


def reference_name(reference: Reference) -> str:
    """Name a reference by its file."""
    return visible(PurePath(reference.path).name or reference.path)


def published_words(article: Article) -> str:
    """Say when the article was published and who says so."""
    return published_in_words(article) or DATE_UNKNOWN


def age_words(seen: FirstSeen | None, published: EdtfDate | None) -> str | None:
    """Say that a first sighting precedes the publication, by how much and how surely; None where it does not."""
    found = compare_dates(seen, published)
    if found.gap is None:
        return None
    sure = "Probably older" if found.order == PROBABLY_OLDER else "Older"
    return f"{sure} than the article {_gap_words(found.gap)}"


def _gap_words(gap: timedelta) -> str:
    if gap.days >= _DAYS_PER_YEAR:
        return f"by at least {counted(int(gap.days / _DAYS_PER_YEAR), 'year')}"
    if gap.days >= 2 * _DAYS_PER_MONTH:
        return f"by at least {counted(int(gap.days / _DAYS_PER_MONTH), 'month')}"
    return f"by at least {counted(gap.days, 'day')}" if gap.days else "by less than a day"
