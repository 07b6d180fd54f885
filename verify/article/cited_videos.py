"""Which videos an article cites: the same one met several ways is one citation."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urljoin

from verify.article.platforms import is_video_file_address, name_platform_video, split_address
from verify.records.article import Citation

_BEST_KIND_FIRST = ("video", "embed", "json_ld", "open_graph", "link")
_LONGEST_LABEL_CHARS = 300
_PLATFORM, _SAVED_NAME, _REMOTE_NAME = "platform:", "saved:", "remote:"
_WITHOUT_ADDRESS = ("blob:", "data:")
"""A player that a script feeds, and a video inside the page: neither names a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place of the article that names a video.

    Attributes:
        addresses: how it is named there, the best first; more than one are versions of the same video.
        kind: as in ``Citation``.
        label: title or caption given there.
        label_rank: 0 for a caption, higher for weaker labels.
        file: the video's file beside the page.
    """

    addresses: tuple[str, ...]
    kind: str
    label: str | None = None
    label_rank: int = 0
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Video:
    """All mentions of one video, drawn together."""

    best: Mention
    keys: frozenset[str]
    named: Mention

    @property
    def is_nowhere(self) -> bool:
        return self.best.addresses[0].startswith(_WITHOUT_ADDRESS) and self.best.file is None


def cite(
    body: Iterable[Mention], head: Iterable[Mention] = (), *, page_address: str | None = None
) -> tuple[Citation, ...]:
    """Draw the mentions of an article together, one citation a video.

    Args:
        body: mentions in the article, in reading order.
        head: mentions in the page's description of itself; one that the body does not have stands first, for
            it is the lead video.
        page_address: resolves relative links, so that they meet absolute ones.

    Raises:
        Nothing.
    """
    shown = _Roll()
    for mention in body:
        shown.add(_video(mention, page_address))
    described = _Roll()
    for mention in head:
        video = _video(mention, page_address)
        (shown if shown.meeting(video) else described).add(video)
    videos = shown.videos
    lead = _join_descriptions(described.videos)
    nowhere = [place for place, video in enumerate(videos) if video.is_nowhere]
    if len(lead) == len(nowhere) == 1:
        # A script feeds the only such player; the only video described has no other player.
        videos[nowhere[0]] = _join(videos[nowhere[0]], lead.pop())
    return tuple(_citation(video) for video in (*lead, *videos))


class _Roll:
    """Videos in order, each once; found by their keys, so that thousands take no square of time."""

    def __init__(self) -> None:
        self._videos: list[_Video | None] = []
        self._places: dict[str, set[int]] = {}

    @property
    def videos(self) -> list[_Video]:
        return [video for video in self._videos if video is not None]

    def meeting(self, video: _Video) -> list[int]:
        return sorted({place for key in _sought(video) for place in self._places.get(key, ())})

    def add(self, video: _Video) -> None:
        """Put a video last, or draw all that meet it together at the place of the first."""
        places = self.meeting(video)
        first = places[0] if places else len(self._videos)
        if not places:
            self._videos.append(None)
        for place in reversed(places):
            known = self._videos[place]
            video = video if known is None else _join(known, video)
            self._videos[place] = None
        self._videos[first] = video
        for key in video.keys:
            places_of_key = self._places.setdefault(key, set())
            places_of_key.difference_update(places)
            places_of_key.add(first)


def _video(mention: Mention, page_address: str | None) -> _Video:
    keys = {key for address in mention.addresses for key in _keys(address, mention.file, page_address)}
    return _Video(best=mention, keys=frozenset(keys), named=mention)


def _keys(address: str, file: Path | None, page_address: str | None) -> set[str]:
    platform = name_platform_video(address)
    if platform is not None:
        return {f"{_PLATFORM}{platform.platform}:{platform.key}"}
    if file is not None:
        # The browser that saved the page kept the name of the file; the description still has its address.
        return {f"file:{file}", f"{_SAVED_NAME}{_file_name(address)}"}
    parts = split_address(_joined(page_address, address) if page_address else address)
    if parts is None or parts.scheme in {"blob", "data"}:
        return {address}
    # The query of a video file is a key or a date of expiry; elsewhere it names the video.
    query = "" if is_video_file_address(address) else parts.query
    place = f"address:{(parts.hostname or '').removeprefix('www.')}{unquote(parts.path)}?{query}"
    return {place, f"{_REMOTE_NAME}{_file_name(address)}"}


def _joined(page_address: str, link: str) -> str:
    try:
        return urljoin(page_address, link)
    except ValueError:
        return link


def _file_name(address: str) -> str:
    parts = split_address(address)
    return unquote(parts.path).rpartition("/")[2].lower() if parts else address


def _sought(video: _Video) -> set[str]:
    """Give the keys that another mention of the video would have: a saved file's name meets a remote one."""
    opposite = {_SAVED_NAME: _REMOTE_NAME, _REMOTE_NAME: _SAVED_NAME}
    sought = set()
    for key in video.keys:
        prefix = next((prefix for prefix in opposite if key.startswith(prefix)), "")
        sought.add(opposite.get(prefix, "") + key.removeprefix(prefix))
    return sought


def _after(video: _Video, prefix: str) -> set[str]:
    return {key.removeprefix(prefix) for key in video.keys if key.startswith(prefix)}


def _join(one: _Video, other: _Video) -> _Video:
    best, second = sorted((one.best, other.best), key=_weakness)
    named = min((one.named, other.named), key=lambda mention: (mention.label is None, mention.label_rank))
    return _Video(best=replace(best, file=best.file or second.file), keys=one.keys | other.keys, named=named)


def _weakness(mention: Mention) -> tuple[bool, bool, int]:
    nowhere = mention.addresses[0].startswith(_WITHOUT_ADDRESS)
    return mention.file is None, nowhere, _BEST_KIND_FIRST.index(mention.kind)


def _join_descriptions(lead: list[_Video]) -> list[_Video]:
    """Take Open Graph's own player for the one video that JSON-LD describes."""
    described = [video for video in lead if video.best.kind == "json_ld"]
    players = [video for video in lead if video.best.kind == "open_graph" and _platform(video) is None]
    if len(described) != 1 or len(players) != 1:
        return lead
    joined = _join(described[0], players[0])
    return [joined if video is described[0] else video for video in lead if video is not players[0]]


def _platform(video: _Video) -> str | None:
    return next((key.partition(":")[0] for key in sorted(_after(video, _PLATFORM))), None)


def _citation(video: _Video) -> Citation:
    address = video.best.addresses[0]
    label = " ".join((video.named.label or "").split())
    return Citation(
        # A video inside the page is its own address, megabytes long: its type tells what it was.
        address=address.partition(",")[0] if address.startswith("data:") else address,
        kind=video.best.kind,
        platform=_platform(video),
        label=label[:_LONGEST_LABEL_CHARS] or None,
        file=video.best.file,
    )
