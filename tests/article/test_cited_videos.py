"""A page's videos: all of them, each once, in reading order, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from verify.records.article import Article, Citation

WORDS = "<p>A barn burned on Sunday near the wood, the mayor said.</p>"
YOUTUBE = "https://www.youtube.com/embed/aaaaaaaaaaa"


def in_article(inner: str, head: str = "", outside: str = "") -> str:
    """Make a page with ``inner`` in its article."""
    return f"<html><head>{head}</head><body><article>{WORDS}{inner}{WORDS}</article>{outside}</body></html>"


def described(json_ld: str) -> str:
    """Make a block of JSON-LD."""
    return f'<script type="application/ld+json">{json_ld}</script>'


def only(article: Article) -> Citation:
    """Give the one citation that must be there."""
    assert len(article.citations) == 1, article.citations
    return article.citations[0]


@pytest.mark.parametrize(
    ("inner", "kind", "platform"),
    [
        ('<video src="https://c.example/a.mp4"></video>', "video", None),
        ('<video data-src="https://c.example/a.mp4"></video>', "video", None),
        ('<video><source src="https://c.example/stream"></video>', "video", None),
        ('<video src="blob:https://c.example/1-2"></video>', "video", None),
        (f'<iframe src="{YOUTUBE}"></iframe>', "embed", "youtube"),
        (f'<iframe src="about:blank" data-src="{YOUTUBE}"></iframe>', "embed", "youtube"),
        (f'<noscript><iframe src="{YOUTUBE}"></iframe></noscript>', "embed", "youtube"),
        ('<iframe src="https://player.vimeo.com/video/76979871"></iframe>', "embed", "vimeo"),
        ('<iframe src="https://www.news.example/video/player?id=5"></iframe>', "embed", None),
        ('<embed src="https://rutube.ru/play/embed/a1b2c3d4e5">', "embed", "rutube"),
        ('<object data="https://vk.com/video_ext.php?oid=-1&id=2"></object>', "embed", "vk"),
        ('<amp-youtube data-videoid="aaaaaaaaaaa"></amp-youtube>', "embed", "youtube"),
        ('<lite-youtube videoid="aaaaaaaaaaa"></lite-youtube>', "embed", "youtube"),
        (
            '<div class="fb-video" data-href="https://www.facebook.com/a/videos/1234567890123/"></div>',
            "embed",
            "facebook",
        ),
        (
            '<script async data-telegram-post="chan/12" src="https://telegram.org/js/telegram-widget.js"></script>',
            "embed",
            "telegram",
        ),
        (
            '<blockquote class="twitter-tweet"><p>Look <a href="https://x.com/b/status/77">this</a></p><a href="https://x.com/a/status/88">x</a></blockquote>',
            "embed",
            "x",
        ),
        (
            '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/Abcdefg/?utm=1"></blockquote>',
            "embed",
            "instagram",
        ),
        (
            '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@u/video/7166000000000000000"></blockquote>',
            "embed",
            "tiktok",
        ),
        ('<a href="https://www.facebook.com/a/videos/1234567890123/">Facebook</a>', "link", "facebook"),
        ('<a href="/media/a.MOV?x=1">film</a>', "link", None),
    ],
)
def test_video_in_the_article_is_cited(
    read_saved: Callable[..., Article], inner: str, kind: str, platform: str | None
) -> None:
    """However a page shows or links a video, the analyst must learn of it."""
    citation = only(read_saved(in_article(inner)))
    assert (citation.kind, citation.platform, citation.file) == (kind, platform, None)


def test_quoted_post_is_cited_by_its_own_address(read_saved: Callable[..., Article]) -> None:
    """A post may link another one in its words."""
    post = '<p>Look <a href="https://x.com/b/status/77">this</a></p><a href="https://x.com/a/status/88">date</a>'
    citation = only(read_saved(in_article(f'<blockquote class="twitter-tweet">{post}</blockquote>')))
    assert (citation.address, citation.label) == ("https://x.com/a/status/88", "Look this")


@pytest.mark.parametrize(
    "head",
    [
        f'<meta property="og:video" content="{YOUTUBE}">',
        f'<meta property="og:video:secure_url" content="{YOUTUBE}">',
        f'<meta name="twitter:player" content="{YOUTUBE}">',
        described(f'{{"@graph":[{{"@type":["VideoObject"],"embedUrl":"{YOUTUBE}"}}]}}'),
        described(f'[{{"@type":"NewsArticle","video":{{"@type":"VideoObject","contentUrl":"{YOUTUBE}"}}}}]'),
    ],
)
def test_video_of_the_pages_description_is_cited(read_saved: Callable[..., Article], head: str) -> None:
    """The lead video is often filled in by a script and stands in the description only."""
    citation = only(read_saved(in_article("", head)))
    assert (citation.address, citation.platform) == (YOUTUBE, "youtube")
    assert citation.kind in {"open_graph", "json_ld"}


def test_video_met_in_every_way_is_one_citation_with_the_best_label(
    read_saved: Callable[..., Article],
) -> None:
    """The same film must not be hashed and judged twice."""
    head = (
        f'<meta property="og:video" content="{YOUTUBE}">'
        '<script type="application/ld+json">{"@type":"VideoObject","name":"Barn film","contentUrl":'
        '"https://c.example/a.mp4","embedUrl":"//www.youtube.com/embed/aaaaaaaaaaa?x=1"}</script>'
    )
    inner = (
        '<p><a href="https://youtu.be/aaaaaaaaaaa">the film</a></p>'
        '<iframe title="YouTube video player" src="https://www.youtube-nocookie.com/embed/aaaaaaaaaaa"></iframe>'
    )
    citation = only(read_saved(in_article(inner, head)))
    assert (citation.kind, citation.label, citation.platform) == ("embed", "Barn film", "youtube")
    assert citation.address == "https://www.youtube-nocookie.com/embed/aaaaaaaaaaa"


def test_caption_is_the_best_label(read_saved: Callable[..., Article]) -> None:
    """What the article says of a video goes before what the player calls it."""
    head = '<script type="application/ld+json">{"@type":"VideoObject","name":"clip 17","contentUrl":"https://c.example/a.mp4"}</script>'
    inner = (
        '<figure><video title="player" src="https://c.example/a.mp4?token=1"></video>'
        "<figcaption>The barn,\n filmed by a drone</figcaption></figure>"
    )
    assert only(read_saved(in_article(inner, head))).label == "The barn, filmed by a drone"


def test_different_videos_stay_apart_in_reading_order(read_saved: Callable[..., Article]) -> None:
    """Files of one name on two servers, and players that differ in the query only, are different videos."""
    inner = (
        '<video src="https://c.example/1/index.mp4"></video><video src="https://d.example/2/index.mp4"></video>'
        '<iframe src="https://n.example/video?id=1"></iframe><iframe src="https://n.example/video?id=2"></iframe>'
        '<a href="https://t.me/chan/12">post</a>'
    )
    head = f'<meta property="og:video" content="{YOUTUBE}">'
    found = [citation.address for citation in read_saved(in_article(inner, head)).citations]
    assert found == [
        YOUTUBE,
        "https://c.example/1/index.mp4",
        "https://d.example/2/index.mp4",
        "https://n.example/video?id=1",
        "https://n.example/video?id=2",
        "https://t.me/chan/12",
    ]


def test_sources_of_one_player_are_one_citation(read_saved: Callable[..., Article]) -> None:
    """A player lists the same film in several encodings."""
    inner = '<video><source src="https://c.example/a.webm"><source src="https://c.example/a.mp4"></video>'
    assert only(read_saved(in_article(inner))).address == "https://c.example/a.webm"


def test_player_fed_by_a_script_is_the_video_described(read_saved: Callable[..., Article]) -> None:
    """The only player without an address shows the only video without a player."""
    head = '<script type="application/ld+json">{"@type":"VideoObject","name":"Film","contentUrl":"https://c.example/a.mp4"}</script>'
    citation = only(read_saved(in_article('<video src="blob:https://n.example/1"></video>', head)))
    assert (citation.address, citation.label) == ("https://c.example/a.mp4", "Film")


def test_relative_link_meets_its_absolute_address(read_saved: Callable[..., Article]) -> None:
    """A page saved without its files still holds links relative to where it stood."""
    head = '<link rel="canonical" href="https://n.example/2022/a"><meta property="og:video" content="http://www.n.example/v/a.mp4">'
    assert only(read_saved(in_article('<video src="/v/a.mp4"></video>', head))).kind == "video"


@pytest.mark.parametrize(
    "inner",
    [
        '<a href="https://www.facebook.com/sharer/sharer.php?u=https://youtu.be/aaaaaaaaaaa">Share</a>',
        '<a href="https://www.youtube.com/@example">Follow us</a>',
        '<div class="share-buttons"><a href="https://youtu.be/aaaaaaaaaaa">x</a></div>',
        '<div id="related-stories"><a href="https://youtu.be/aaaaaaaaaaa">x</a></div>',
        '<aside><a href="https://youtu.be/aaaaaaaaaaa">x</a></aside>',
        '<nav><iframe src="https://www.youtube.com/embed/aaaaaaaaaaa"></iframe></nav>',
        "<a href=\"javascript:play('a.mp4')\">x</a>",
        '<a href=" java\tscript:x.mp4">x</a>',
        '<video src="javascript:x.mp4"></video>',
        "<video></video>",
        '<video poster="a.jpg"></video>',
        '<iframe src="https://maps.example/embed/1"></iframe>',
        '<iframe src="https://open.spotify.com/embed/episode/1"></iframe>',
        '<img src="https://i.ytimg.com/vi/aaaaaaaaaaa/hq.jpg" data-url="https://youtu.be/aaaaaaaaaaa">',
        '<a href="a.mp4.html">x</a>',
        '<a href="http://[/a.mp4">x</a>',
        "<!-- <video src='a.mp4'></video> -->",
    ],
)
def test_what_is_no_video_of_the_article_is_not_cited(read_saved: Callable[..., Article], inner: str) -> None:
    """Each false citation costs an analyst time."""
    assert read_saved(in_article(inner)).citations == ()


def test_furniture_outside_the_article_is_not_cited(read_saved: Callable[..., Article]) -> None:
    """Other stories' players stand beside and below the article."""
    outside = (
        '<aside><video src="https://c.example/ad.mp4"></video></aside><div><video src="https://c.example/more.mp4"></video>'
        '<a href="https://youtu.be/aaaaaaaaaaa">x</a></div><footer><a href="https://youtu.be/bbbbbbbbbbb">x</a></footer>'
    )
    assert read_saved(in_article("", outside=outside)).citations == ()


def test_lead_player_above_the_article_is_cited(read_saved: Callable[..., Article]) -> None:
    """Many sites put the video above the element that they mark as the article."""
    above = '<header><video src="ad.mp4"></video></header><div class="hero"><video src="lead.mp4"></video></div>'
    assert only(read_saved(f"{above}<article>{WORDS}</article>")).address == "lead.mp4"


def test_page_without_article_element_cites_its_links(read_saved: Callable[..., Article]) -> None:
    """Old pages mark nothing; their navigation still is no article."""
    page = f'<nav><a href="https://youtu.be/bbbbbbbbbbb">x</a></nav><div>{WORDS}<a href="https://youtu.be/aaaaaaaaaaa">Film</a></div>'
    citation = only(read_saved(page))
    assert (citation.address, citation.label) == ("https://youtu.be/aaaaaaaaaaa", "Film")


def test_video_kept_inside_the_page_is_cited_by_its_type(read_saved: Callable[..., Article]) -> None:
    """An address of megabytes helps nobody, but the video must not be lost."""
    inner = '<video src="data:video/mp4;base64,AAAA"></video><video src="data:video/mp4;base64,BBBB"></video>'
    found = read_saved(in_article(inner)).citations
    assert [citation.address for citation in found] == ["data:video/mp4;base64", "data:video/mp4;base64"]


class TestSavedPages:
    """Browsers save a page's files into a folder beside it and rewrite the links."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Make the folder that a browser makes."""
        made = tmp_path / "story_files"
        made.mkdir()
        (made / "clip one.mp4").write_bytes(b"film")
        return made

    def test_file_beside_the_page_is_found(self, read_saved: Callable[..., Article], folder: Path) -> None:
        """The film is there: nobody should have to look for it."""
        citation = only(read_saved(in_article('<video src="./story_files/clip%20one.mp4?x=1"></video>')))
        assert citation.file == (folder / "clip one.mp4").resolve()
        assert citation.address == "./story_files/clip%20one.mp4?x=1"

    def test_source_that_was_saved_goes_first(self, read_saved: Callable[..., Article], folder: Path) -> None:
        """A browser saves one of the encodings only."""
        inner = '<video><source src="https://c.example/a.webm"><source src="story_files/clip%20one.mp4"></video>'
        assert only(read_saved(in_article(inner))).file == (folder / "clip one.mp4").resolve()

    def test_saved_file_is_the_video_described(self, read_saved: Callable[..., Article], folder: Path) -> None:
        """The description keeps the address on the web; the player has the file."""
        head = '<script type="application/ld+json">{"@type":"VideoObject","name":"Film","contentUrl":"https://c.example/v/clip%20one.mp4?t=1"}</script>'
        citation = only(read_saved(in_article('<video src="story_files/clip%20one.mp4"></video>', head)))
        assert (citation.file, citation.label) == ((folder / "clip one.mp4").resolve(), "Film")

    def test_files_of_one_name_in_two_folders_stay_apart(
        self, read_saved: Callable[..., Article], folder: Path
    ) -> None:
        """Two films may have the same name."""
        (folder / "2").mkdir()
        (folder / "2" / "clip one.mp4").write_bytes(b"other")
        links = ("story_files/clip%20one.mp4", "story_files/2/clip%20one.mp4")
        inner = "".join(f'<video src="{link}"></video>' for link in links)
        assert len(read_saved(in_article(inner)).citations) == 2

    @pytest.mark.parametrize(
        "saved",
        [
            f"<!DOCTYPE html>\n<!-- saved from url=(0041){YOUTUBE} -->\n<html></html>",
            '<html><link rel="canonical" href="https://www.youtube.com/watch?v=aaaaaaaaaaa"></html>',
        ],
    )
    def test_saved_page_of_a_player_tells_its_origin(
        self, read_saved: Callable[..., Article], folder: Path, saved: str
    ) -> None:
        """A browser saves an embed as a page of its own and links that."""
        (folder / "aaaaaaaaaaa.html").write_text(saved, encoding="utf-8")
        citation = only(read_saved(in_article('<iframe src="./story_files/aaaaaaaaaaa.html"></iframe>')))
        assert (citation.kind, citation.platform) == ("embed", "youtube")

    def test_player_kept_inside_the_page_tells_its_origin(self, read_saved: Callable[..., Article]) -> None:
        """SingleFile puts the player's page into the article's."""
        inner = f"<iframe srcdoc=\"<link rel=canonical href='{YOUTUBE}'>\"></iframe>"
        assert only(read_saved(in_article(inner))).address == YOUTUBE
