"""The report as one file: complete, harmless, readable without a network."""

from collections.abc import Callable
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.chromium import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.made_looked_at import make_kept, make_table
from tests.report.made_cases import (
    make_article,
    make_claim,
    make_match,
    make_report,
    make_stance,
    make_video,
    missing_video,
    pin,
)
from verify.records.article import Citation
from verify.records.case import Case, MatchPicture
from verify.records.looked_at import LookedAtTable
from verify.records.match import FirstSeen, Reference
from verify.report.html import embed_picture, marked_paragraphs, report_as_html

MakeCase = Callable[..., Case]
ATTACK = '<script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">'


class _Elements(HTMLParser):
    """Collects the elements and the words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def hostile_case(make_case: MakeCase) -> Case:
    """Give a case in which every word from outside attacks."""
    text = f"{ATTACK} said \u202egpj.exe \udcff\x00"
    first_seen = FirstSeen(date=ATTACK, url=f"javascript:{ATTACK}", recorded_by=ATTACK)
    reference = Reference(video_id="b" * 64, path=ATTACK, paths=(ATTACK,), seconds=18.0, first_seen=first_seen)
    match = make_match(reference=reference, reason=ATTACK)
    citation = Citation(address="https://evil.example/a.mp4", kind=ATTACK, platform=ATTACK, label=ATTACK)
    looked_at = LookedAtTable(entries=(make_kept(path=f"/refs/{ATTACK}", why=f"Kept: {ATTACK}"),))
    report = make_report(match, reason=ATTACK)
    video = make_video(report, citation=citation, original_name=f"{ATTACK}.mp4", looked_at=looked_at)
    article = make_article(text, title=ATTACK, author=ATTACK, language='en" onload="x', address="https://evil.example")
    claim = make_claim(ATTACK, make_stance(note=ATTACK, by=ATTACK), make_stance(note=ATTACK, by=ATTACK), text=text)
    videos = (video, missing_video(2, ATTACK))
    return make_case(*videos, article=article, claims=(claim,), title=ATTACK, settings={ATTACK: ATTACK})


def test_html_when_every_word_attacks_then_holds_no_element_of_it(make_case: MakeCase) -> None:
    """Text stays text."""
    page = report_as_html(hostile_case(make_case))
    elements = _Elements(page)
    assert not [tag for tag, _ in elements.elements if tag in {"script", "iframe", "object", "form", "base"}]
    assert not [name for _, attributes in elements.elements for name in attributes if name.startswith("on")]
    assert ATTACK in elements.words
    assert "\u202e" not in page
    assert "[U+202E]gpj.exe [U+DCFF][U+0000]" in page
    assert page.encode()


def test_html_shows_how_the_two_videos_lie_on_each_other(make_case: MakeCase) -> None:
    """Points by number in both pictures, the one laid onto the other, what differs, and what tells the instant."""
    page = report_as_html(make_case(make_video(make_report(make_match()))))
    elements = _Elements(page)
    marks = [attributes for tag, attributes in elements.elements if tag == "circle" and "stroke" in attributes]
    assert [(mark["cx"], mark["cy"]) for mark in marks] == [
        ("16.0", "18.0"), ("48.0", "9.0"), ("44.8", "18.0"), ("19.2", "10.8")
    ]  # fmt: skip
    assert len({mark["stroke"] for mark in marks}) == 2
    for said in (
        "Known, laid onto the cited picture",
        "What differs",
        "In 1 of 1 comparison the cited video clearly shows",
        "37 points of these two pictures correspond",
        "8% of the picture differs in every pair",
    ):
        assert said in elements.words


def _switches(page: str) -> list[dict[str, str | None]]:
    return [attributes for tag, attributes in _Elements(page).elements if tag == "details"]


def test_html_lists_what_was_compared_and_on_what_it_was_decided(make_case: MakeCase) -> None:
    """An editor sees that others were looked at, and how far they were from a match."""
    page = report_as_html(make_case(make_video(make_report(make_match()), looked_at=make_table(dropped=2))))
    words = " ".join(_Elements(page).words.split())
    assert "Of 412 known videos, 3 were near enough to be compared: 1 kept, 2 dropped." in words
    assert "car.mp4 Kept: same footage. Score 0.993, 0.5 needed; what moves does so alike." in words
    assert "street.mp4 Dropped. Score 0.400 is below the threshold 0.5. 0.400 (0.5 needed)" in words
    assert "sky.mp4 Dropped. 3 pairs of frames are near, but" in words
    assert [switch.keys() for switch in _switches(page)] == [{"class", "open"}]


def test_html_folds_a_long_table_and_says_what_it_leaves_out(make_case: MakeCase) -> None:
    """An editor with ten minutes reads one line of it."""
    page = report_as_html(make_case(make_video(make_report(make_match()), looked_at=make_table(dropped=60))))
    assert [switch.keys() for switch in _switches(page)] == [{"class"}]
    assert "10 of those dropped are not listed" in page
    assert page.count("<strong>Dropped.</strong>") == 50


def test_html_of_an_older_case_says_that_it_was_not_recorded(make_case: MakeCase) -> None:
    """An empty table would say that nothing was compared."""
    page = report_as_html(make_case(make_video(make_report(make_match()), looked_at=None)))
    assert "was not recorded: the case was made by an earlier version" in page
    assert _switches(page) == []


def test_html_loads_and_links_nothing_from_outside(make_case: MakeCase) -> None:
    """Pictures are inside; addresses stand as text, and only places of the page itself are linked."""
    elements = _Elements(report_as_html(hostile_case(make_case)))
    sources = [attributes["src"] or "" for _, attributes in elements.elements if "src" in attributes]
    links = [attributes["href"] or "" for _, attributes in elements.elements if "href" in attributes]
    assert sources
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    assert all(link.startswith("#") or link == "data:," for link in links)
    assert "https://evil.example/a.mp4" in elements.words


def test_html_forbids_all_but_its_own_pictures_and_style(make_case: MakeCase) -> None:
    """The browser is told so too."""
    page = report_as_html(make_case())
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in page


def test_html_says_what_an_editor_needs(make_case: MakeCase, tmp_path: Path) -> None:
    """Verdict, stance in words with name and time, evidence, denominator, settings, and how to check."""
    video = make_video(make_report(make_match()))
    make_case(video)
    claim = make_claim(
        "It flees along a road.", make_stance("unclear", note="too dark"), make_stance(frame=pin(tmp_path))
    )
    words = " ".join(_Elements(report_as_html(make_case(video, missing_video(2), claims=(claim,)))).words.split())
    for said in (
        "older than the article by at least 1,138 days",
        "It flees along a road. 1 supported",
        "A. Analyst, 2022-11-16T09:00:00Z",
        "unclear, A. Analyst, 2022-11-16T09:00:00Z: too dark",
        "pts 90090",
        "a" * 64,
        "1,234,567 bytes",
        "412 known videos (24.5 hours of footage)",
        "5a7e",
        "threshold 0.6",
        "The page asks for a login.",
        "sha256sum -c manifest.sha256",
        "verify-video case check .",
        "Sound stands beside them and decides nothing",
    ):
        assert said in words


def test_html_when_picture_files_are_gone_then_says_so_in_their_place(make_case: MakeCase) -> None:
    """A damaged case is still read."""
    case = make_case(make_video(make_report(make_match())))
    for picture in case.root.rglob("*.jpg"):
        picture.unlink()
    page = report_as_html(case)
    assert page.count("The picture file is missing from the case folder.") == 6
    assert "<img" not in page


def test_html_when_the_reference_has_no_picture_then_gives_the_reason(make_case: MakeCase) -> None:
    """The match is shown without it."""
    pair = MatchPicture(
        match=0,
        segment=0,
        query_time=Fraction(1),
        reference_time=Fraction(4),
        query_file="matches/q.jpg",
        reference_file=None,
        missing="The reference file has moved.",
    )
    page = report_as_html(make_case(make_video(make_report(make_match()), pictures=(pair,))))
    assert "The reference file has moved." in page


def test_html_when_a_pinned_picture_was_altered_then_does_not_show_it(make_case: MakeCase, tmp_path: Path) -> None:
    """Evidence that changed since the decision is no evidence."""
    video = make_video()
    make_case(video)
    claim = make_claim("It flees along a road.", make_stance(frame=pin(tmp_path)))
    case = make_case(video, claims=(claim,))
    path = tmp_path / "videos/01/keyframes/1.jpg"
    path.write_bytes(path.read_bytes() + b"\0")
    assert "has changed since it was pinned" in report_as_html(case)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\xff\xd8\xff\xe0"])
def test_picture_when_damaged_then_is_a_problem(tmp_path: Path, content: bytes) -> None:
    """Whatever the bytes, there is no exception."""
    (tmp_path / "a.jpg").write_bytes(content)
    assert embed_picture(tmp_path, "a.jpg", 640).problem == "The picture file is damaged."


def test_picture_outside_the_case_is_not_read(tmp_path: Path) -> None:
    """Neither a name nor a link leads out of the folder."""
    (tmp_path / "case").mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "case/link.jpg").symlink_to(tmp_path / "secret.jpg")
    for name in ("../secret.jpg", "link.jpg", str(tmp_path / "secret.jpg")):
        assert "outside the case folder" in (embed_picture(tmp_path / "case", name, 640).problem or "")


def test_picture_is_scaled_down_and_never_up(tmp_path: Path, make_case: MakeCase) -> None:
    """A small picture keeps its size; a wide one gets the width asked for."""
    make_case(make_video())
    name = "videos/01/keyframes/0.jpg"
    small, wide = embed_picture(tmp_path, name, 640), embed_picture(tmp_path, name, 32)
    assert (small.width_px, small.height_px) == (64, 36)
    assert (wide.width_px, wide.height_px) == (32, 18)


def test_marked_paragraphs_keep_every_word_and_nested_claims() -> None:
    """Joined again, the pieces are the text; a claim inside another one is marked with both."""
    article = make_article()
    claims = (make_claim("It flees along a road.\n\nBy the end"), make_claim("a road"))
    paragraphs = marked_paragraphs(article, claims)
    assert ["".join(piece.text for piece in paragraph) for paragraph in paragraphs] == article.text.split("\n\n")
    assert [(piece.text, piece.claims, piece.ending) for piece in paragraphs[0]] == [
        ("A new video shows a truck. ", (), ()),
        ("It flees along ", (0,), ()),
        ("a road", (0, 1), (1,)),
        (".", (0,), (0,)),
    ]
    assert [piece.ending for piece in paragraphs[1]] == [(0,), ()]


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine, so nothing can open the page")
def test_page_in_a_browser_shows_every_picture_and_runs_and_asks_nothing(make_case: MakeCase, tmp_path: Path) -> None:
    """A hostile case, opened with every request blocked."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    page_file = tmp_path / "report.html"
    page_file.write_text(report_as_html(hostile_case(make_case)), encoding="utf-8")
    asked: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page()
        page.route(lambda url: url != page_file.as_uri(), lambda route: route.abort())
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        page.wait_for_load_state("load")
        widths = page.evaluate("Array.from(document.images, picture => picture.naturalWidth)")
        title = page.title()
        browser.close()
    assert len(widths) == 6
    assert all(width > 0 for width in widths)
    assert title == f"{ATTACK}: video verification report"
    assert asked == [page_file.as_uri()]


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine, so nothing can open the page")
def test_folded_table_in_a_browser_opens_when_asked_and_is_printed_in_any_case(
    make_case: MakeCase, tmp_path: Path
) -> None:
    """Paper has no switch to press."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    page_file = tmp_path / "report.html"
    case = make_case(make_video(make_report(make_match()), looked_at=make_table(dropped=60)))
    page_file.write_text(report_as_html(case), encoding="utf-8")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page()
        page.goto(page_file.as_uri())
        row = page.get_by_text("Score 0.993, 0.5 needed")
        folded = row.is_visible()
        page.emulate_media(media="print")
        printed = row.is_visible()
        page.emulate_media(media="screen")
        page.get_by_text("Of 412 known videos").click()
        opened = row.is_visible()
        browser.close()
    assert (folded, printed, opened) == (False, True, True)
