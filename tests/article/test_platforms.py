"""An address names a video of a platform, or it does not."""

import pytest

from verify.article.platforms import is_video_file_address, name_platform_video

SAME = {
    ("youtube", "dQw4w9WgXcQ"): [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1&t=3s",
        "https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ",
        "//www.youtube.com/embed/dQw4w9WgXcQ?autoplay=1",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ?si=x",
        "youtu.be/dQw4w9WgXcQ",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ",
        "https://www.youtube.com/live/dQw4w9WgXcQ/",
        "https://web.archive.org/web/20221115000000/https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://web.archive.org/web/20221115000000if_/https:/youtu.be/dQw4w9WgXcQ",
    ],
    ("vimeo", "76979871"): [
        "https://vimeo.com/76979871",
        "https://player.vimeo.com/video/76979871?h=abc",
        "https://vimeo.com/channels/staff/76979871",
    ],
    ("facebook", "1234567890123"): [
        "https://www.facebook.com/GeneralStaff.ua/videos/1234567890123/",
        "https://www.facebook.com/GeneralStaff.ua/videos/a-title/1234567890123",
        "https://www.facebook.com/watch/?v=1234567890123",
        "https://m.facebook.com/video.php?v=1234567890123",
        "https://www.facebook.com/reel/1234567890123",
        "https://www.facebook.com/plugins/video.php?height=3&href=https%3A%2F%2Fwww.facebook.com%2Fa%2Fvideos%2F1234567890123%2F",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.facebook.com%2Freel%2F1234567890123&h=x",
    ],
    ("facebook", "pfbid02abcDEF"): ["https://www.facebook.com/GeneralStaff.ua/posts/pfbid02abcDEF"],
    ("x", "1592500000000000000"): [
        "https://twitter.com/a/status/1592500000000000000?s=20",
        "https://x.com/b/status/1592500000000000000/video/1",
        "https://x.com/i/web/status/1592500000000000000",
        "https://platform.twitter.com/embed/Tweet.html?dnt=false&id=1592500000000000000",
    ],
    ("telegram", "some_channel/3900"): [
        "https://t.me/Some_Channel/3900?single",
        "https://t.me/s/some_channel/3900",
        "https://telegram.me/some_channel/3900?embed=1",
    ],
    ("tiktok", "7166000000000000000"): [
        "https://www.tiktok.com/@user/video/7166000000000000000?lang=en",
        "https://www.tiktok.com/embed/v2/7166000000000000000",
    ],
    ("instagram", "Ck9xYz_-A1"): [
        "https://www.instagram.com/p/Ck9xYz_-A1/",
        "https://www.instagram.com/reel/Ck9xYz_-A1/embed/captioned/",
        "https://www.instagram.com/user/reel/Ck9xYz_-A1/",
    ],
    ("vk", "-22822305_456241864"): [
        "https://vk.com/video-22822305_456241864",
        "https://vk.com/video_ext.php?oid=-22822305&id=456241864&hash=1",
        "https://vk.com/news?z=video-22822305_456241864%2Fabc",
        "https://vkvideo.ru/video-22822305_456241864",
    ],
    ("rutube", "a1b2c3d4e5"): [
        "https://rutube.ru/video/a1b2c3d4e5/",
        "https://rutube.ru/play/embed/a1b2c3d4e5",
    ],
    ("dailymotion", "x8abcde"): [
        "https://www.dailymotion.com/video/x8abcde",
        "https://dai.ly/x8abcde",
        "https://geo.dailymotion.com/player/xb1.html?video=x8abcde",
    ],
    ("odysee", "clip:a"): ["https://odysee.com/@chan:1/clip:a", "https://odysee.com/$/embed/@chan:1/clip:a"],
    ("rumble", "v1tx0cw"): ["https://rumble.com/v1tx0cw-a-title.html"],
    ("streamable", "ab12cd"): ["https://streamable.com/ab12cd", "https://streamable.com/e/ab12cd"],
}


@pytest.mark.parametrize(("platform", "key", "address"), [(*name, a) for name, found in SAME.items() for a in found])
def test_every_form_of_address_names_the_same_video(platform: str, key: str, address: str) -> None:
    """The same video met several ways must be one citation."""
    assert name_platform_video(address) == (platform, key)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/",
        "https://www.youtube.com/@channel",
        "https://www.youtube.com/channel/UC1234567890",
        "https://www.facebook.com/GeneralStaff.ua",
        "https://www.facebook.com/sharer/sharer.php?u=https://youtu.be/dQw4w9WgXcQ",
        "https://www.facebook.com/share.php?u=https://a.example",
        "https://twitter.com/intent/tweet?url=https://youtu.be/dQw4w9WgXcQ",
        "https://x.com/example",
        "https://x.com/a/status/1592500000000000000/photo/1",
        "https://t.me/share/url?url=https://a.example",
        "https://t.me/example",
        "https://t.me/+AbCdEf123",
        "https://www.instagram.com/example/",
        "https://www.tiktok.com/@example",
        "https://vk.com/share.php?url=x",
        "https://vk.com/example",
        "https://vimeo.com/example",
        "https://rumble.com/c/example",
        "https://rumble.com/videos",
        "https://odysee.com/@chan:1",
        "https://streamable.com/login",
        "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://news.example/watch?v=dQw4w9WgXcQ",
        "javascript:'https://youtu.be/dQw4w9WgXcQ'",
        "story_files/clip.mp4",
        "./youtu.be/dQw4w9WgXcQ",
        "http://[",
        "https://www.youtube.com/watch?" + "a=1&" * 5000,
        "",
    ],
)
def test_address_of_no_video_names_none(address: str) -> None:
    """Sharing buttons, profiles and look-alikes are no citations."""
    assert name_platform_video(address) is None


@pytest.mark.parametrize("address", ["a.mp4", "/v/a.MP4?t=1#x", "https://c.example/a%20b.webm", "a.m3u8", "x/y.mov"])
def test_video_ending_is_seen(address: str) -> None:
    """Queries, fragments and capital letters do not hide a file."""
    assert is_video_file_address(address)


@pytest.mark.parametrize(
    "address", ["mp4", ".mp4", "a.mp4.html", "a.html?f=b.mp4", "a.gif", "https://mp4.example/", "http://["]
)
def test_other_endings_are_no_video(address: str) -> None:
    """A page about a video is not the video."""
    assert not is_video_file_address(address)
