"""Which video of which platform an address names."""

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

VIDEO_ENDINGS = frozenset("3gp avi flv m2ts m4v mkv mov mp4 mpeg mpg mts mxf ogv ts webm wmv m3u8 mpd".split())
"""Endings that make a plain link a citation. Not ``gif``: pages link enlarged pictures that way."""


class PlatformVideo(NamedTuple):
    """A platform and the name that it gives one video or one post that may hold a video."""

    platform: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    platform: str
    hosts: tuple[str, ...]
    path: str
    parameter: str | None = None


_YOUTUBE = ("youtube.com", "youtube-nocookie.com")
_TWITTER = ("x.com", "twitter.com", "fxtwitter.com", "vxtwitter.com", "nitter.net")
_TELEGRAM = ("t.me", "telegram.me", "telegram.dog")
_INSTAGRAM = ("instagram.com",)
_FACEBOOK = ("facebook.com", "fb.com")
_VK = ("vk.com", "vk.ru", "vkvideo.ru", "vkontakte.ru")
_POST_ID = r"pfbid\w+|\d{6,}"


def _rules(platform: str, hosts: tuple[str, ...], *paths: str | tuple[str, str]) -> tuple[_Rule, ...]:
    made = []
    for entry in paths:
        path, parameter = (entry, None) if isinstance(entry, str) else entry
        made.append(_Rule(platform=platform, hosts=hosts, path=path, parameter=parameter))
    return tuple(made)


_RULES = (
    *_rules(
        "youtube",
        _YOUTUBE,
        ("/watch", "v"),
        ("/embed/videoseries", "list"),
        ("/embed/live_stream", "channel"),
        "/(?:embed|shorts|live|v|e)/([A-Za-z0-9_-]{11})",
    ),
    *_rules("youtube", ("youtu.be",), "/([A-Za-z0-9_-]{11})"),
    *_rules(
        "vimeo",
        ("vimeo.com",),
        r"/(?:video/|channels/[^/]+/|groups/[^/]+/videos/|album/\d+/video/|showcase/\d+/video/)?(\d{5,})(?:/\w+)?",
    ),
    *_rules(
        "facebook",
        _FACEBOOK,
        ("/watch(?:/live)?", "v"),
        (r"/video(?:/embed)?(?:\.php)?", "v"),
        ("/video/embed", "video_id"),
        r"/[^/]+/videos/(?:[^/]+/)?(\d{6,})",
        r"/(?:[^/]+/)?reels?/(\d{6,})",
        r"/share/(?:[vrp]/)?(\w{8,})",
        rf"/[^/]+/posts/(?:[^/]+/)?({_POST_ID})",
        rf"/groups/[^/]+/(?:posts|permalink)/({_POST_ID})",
        ("/(?:permalink|story)[.]php", "story_fbid"),
    ),
    *_rules("facebook", ("fb.watch",), r"/([\w-]{6,})"),
    *_rules("x", _TWITTER, r"/(?:[^/]+|i/web)/status(?:es)?/(\d+)(?:/video/\d+)?", r"/i/videos/(?:tweet/)?(\d+)"),
    *_rules("x", ("platform.twitter.com", "platform.x.com"), ("/embed/Tweet[.]html", "id")),
    *_rules("telegram", _TELEGRAM, r"/(?:s/)?(c/\d+/\d+)", r"/(?:s/)?([A-Za-z]\w{3,}/\d+)"),
    *_rules(
        "tiktok",
        ("tiktok.com",),
        r"/(?:@[^/]*/video|embed|embed/v\d|player/v\d|v)/(\d{8,})(?:[.]html)?",
        r"/t/(\w{6,})",
    ),
    *_rules("tiktok", ("vm.tiktok.com", "vt.tiktok.com"), r"/(\w{6,})"),
    *_rules("instagram", _INSTAGRAM, r"/(?:[^/]+/)?(?:p|reels?|tv)/([\w-]{5,})(?:/embed(?:/captioned)?)?"),
    *_rules(
        "vk",
        _VK,
        r"/(?:.*/)?(?:video|clip)(-?\d+_\d+)(?:_\w+)?",
        r"/(wall-?\d+_\d+)",
    ),
    *_rules("ok", ("ok.ru", "odnoklassniki.ru"), r"/(?:video|videoembed|live)/(\d+)"),
    *_rules("rutube", ("rutube.ru",), r"/(?:video(?:/embed|/private)?|play/embed|shorts|live/video)/(\w{5,})"),
    *_rules(
        "dailymotion",
        ("dailymotion.com",),
        r"/(?:embed/|swf/)?video/([A-Za-z0-9]{5,})(?:_[^/]*)?",
        (r"/player(?:/\w+)?[.]html", "video"),
    ),
    *_rules("dailymotion", ("dai.ly",), r"/(\w{5,})"),
    *_rules(
        "odysee",
        ("odysee.com", "lbry.tv"),
        r"/(?:\$/(?:embed|download)/)?(?:@[^/]+/)([^/@$:]+(?::\w+)?)",
        r"/\$/(?:embed|download)/([^/@$:]+(?:[:/]\w+)?)",
        r"/([^/@$:]+:\w+)",
    ),
    *_rules(
        "rumble",
        ("rumble.com",),
        r"/(v(?=[a-z]*[0-9])[a-z0-9]{4,7})(?:-[^/]*)?(?:[.]html)?",
        r"/(embed/[\w.]{4,})",
    ),
    *_rules("streamable", ("streamable.com",), r"/(?:[eos]/)?([a-z0-9]{4,6})"),
    *_rules("bitchute", ("bitchute.com",), r"/(?:video|embed)/(\w{5,})"),
    *_rules("twitch", ("twitch.tv",), r"/videos/(\d+)", r"/[^/]+/clip/([\w-]+)", ("/", "video")),
    *_rules("twitch", ("clips.twitch.tv",), ("/embed", "clip"), r"/(?!embed)([\w-]{5,})"),
    *_rules("reddit", ("v.redd.it",), r"/(\w+)(?:/.*)?"),
    *_rules("reddit", ("reddit.com", "redditmedia.com"), r"/r/[^/]+/comments/(\w+)(?:/.*)?"),
    *_rules("bluesky", ("bsky.app",), r"/profile/[^/]+/post/(\w+)"),
    *_rules("brightcove", ("players.brightcove.net",), ("/.*", "videoId")),
    *_rules(
        "jwplayer",
        ("cdn.jwplayer.com", "content.jwplatform.com"),
        r"/(?:players|videos|manifests|previews)/(\w{8})\b.*",
    ),
    *_rules("archive", ("archive.org",), r"/embed/([^/]+)(?:/.*)?"),
)

_WRAPPERS = (
    ("facebook.com", re.compile(r"/(?:v[\d.]+/)?plugins/(?:video|post)\.php"), "href"),
    ("facebook.com", re.compile(r"/l\.php"), "u"),
    ("youtube.com", re.compile(r"/redirect"), "q"),
    ("google.com", re.compile(r"/url"), "q"),
    ("google.com", re.compile(r"/url"), "url"),
    ("cdn.embedly.com", re.compile(r"/widgets/media\.html"), "src"),
)
"""Addresses that carry the address meant in a parameter."""

_ARCHIVED = re.compile(
    r"https?://(?:web\.archive\.org/web|archive\.(?:ph|today|is))/\d{4,14}(?:[a-z]{2}_)?/(https?:/.*)"
)
_STREAMABLE_PAGES = frozenset({"login", "signup", "terms", "about", "help", "press"})
_NOT_A_VIDEO = {"streamable": _STREAMABLE_PAGES, "youtube": frozenset({"videoseries", "live_stream"})}


def split_address(address: str) -> SplitResult | None:
    """Take an address apart; None where it is no address at all.

    Raises:
        Nothing.
    """
    try:
        parts = urlsplit(address)
        _ = parts.hostname
    except ValueError:  # "http://[" and the like
        return None
    return parts


def name_platform_video(address: str) -> PlatformVideo | None:
    """Name the video of a platform that an address leads to; None for home pages, profiles and other sites.

    A post of a social network counts: whether it holds a video cannot be known without fetching it.

    Args:
        address: an absolute address; a missing scheme (``//host/…``, ``youtu.be/…``) is allowed.

    Raises:
        Nothing.
    """
    parts = split_address(_with_scheme(unwrap_address(address)))
    if parts is None or parts.scheme not in {"http", "https"}:
        return None
    host = (parts.hostname or "").removesuffix(".")
    path = unquote(parts.path).rstrip("/") or "/"
    for rule in _RULES:
        if _is_host(host, rule.hosts):
            key = _key_of(rule, path, parts.query)
            if key and key not in _NOT_A_VIDEO.get(rule.platform, ()):
                return PlatformVideo(rule.platform, key)
    return _name_vk_video(host, parts.query)


def unwrap_address(address: str) -> str:
    """Give the address that an archive, a plugin or a redirecting link wraps.

    Raises:
        Nothing.
    """
    archived = _ARCHIVED.fullmatch(address)
    if archived:
        return re.sub(r"^(https?):/+", r"\1://", archived.group(1))
    parts = split_address(_with_scheme(address))
    if parts is None:
        return address
    for host, path, parameter in _WRAPPERS:
        if _is_host(parts.hostname or "", (host,)) and path.fullmatch(parts.path):
            inner = _parameter(parts.query, parameter)
            if inner:
                return inner
    return address


def is_video_file_address(address: str) -> bool:
    """Tell whether an address or relative link ends like the name of a video file.

    Raises:
        Nothing.
    """
    parts = split_address(address)
    if parts is None:
        return False
    stem, dot, ending = unquote(parts.path).rpartition(".")
    return bool(stem and dot) and ending.lower() in VIDEO_ENDINGS


def _with_scheme(address: str) -> str:
    if address.startswith("//"):
        return "https:" + address
    return address if re.match(r"[A-Za-z][\w+.-]*:", address) else "https://" + address


def _is_host(host: str, allowed: tuple[str, ...]) -> bool:
    return any(host == name or host.endswith("." + name) for name in allowed)


def _key_of(rule: _Rule, path: str, query: str) -> str | None:
    found = re.fullmatch(rule.path, path)
    if found is None:
        return None
    if rule.parameter is not None:
        return _parameter(query, rule.parameter)
    # Names of channels ignore case; names of videos do not.
    return str(found.group(1)).lower() if rule.platform in {"telegram", "odysee"} else str(found.group(1))


def _parameter(query: str, name: str) -> str | None:
    try:
        values = parse_qs(query, max_num_fields=100).get(name)
    except ValueError:  # more fields than any player has
        return None
    return values[0].strip() or None if values else None


def _name_vk_video(host: str, query: str) -> PlatformVideo | None:
    if not _is_host(host, _VK):
        return None
    owner, number = _parameter(query, "oid"), _parameter(query, "id")
    if owner and number:
        return PlatformVideo("vk", f"{owner}_{number}")
    shown = re.match(r"(?:video|clip)(-?\d+_\d+)", _parameter(query, "z") or "")
    return PlatformVideo("vk", shown.group(1)) if shown else None
