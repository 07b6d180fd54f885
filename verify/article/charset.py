"""The characters of a file whose encoding may be declared wrongly or not at all."""

import codecs
import re

_DECLARED = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""", re.IGNORECASE)
_DECLARED_WITHIN_BYTES = 16_384
"""Browsers look at 1,024 bytes; saved pages put long comments and scripts before the declaration."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Longer marks first: UTF-32's begins with UTF-16's."""

_KNOWN = re.compile(
    r"utf-8|utf-16(-[lb]e)?|cp(125\d|866|932|949)|iso8859-\d+|koi8-[ru]|mac-cyrillic|gbk|gb2312|gb18030|big5"
    r"|euc_(jp|kr)|shift_jis|iso2022_jp"
)
"""Encodings of web pages. Python knows others ("zip", "rot13", "unicode_escape") that no page may choose."""

_BROWSERS_READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "utf-16": "utf-16-le"}

_FEW_WRONG_RATIO = 0.1
"""UTF-8 with damage in less than this share of its non-ASCII characters is still UTF-8: another encoding read
as UTF-8 is wrong in nearly all of them, so anything between is safe."""

_CYRILLIC_RATIO = 0.5
"""Share of high bytes with a high byte beside them: above 0.95 in Cyrillic sentences tried, under 0.3 in
French and German ones."""

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def decode_text(data: bytes, *, markup: bool) -> str:
    r"""Turn the bytes of a file into characters.

    A byte order mark decides; then valid UTF-8, which no other encoding looks like by chance; then what the
    page declares; then whether the words look Cyrillic or Western. Line ends become ``\n``; a control
    character becomes U+FFFD, so that it can harm no terminal and every offset stays.

    Args:
        data: the bytes.
        markup: whether a declaration in HTML or XML counts.

    Raises:
        Nothing: bytes that fit no encoding become U+FFFD.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _clean(data[len(mark) :].decode(encoding, errors="replace"))
    return _clean(_decode_without_mark(data, markup=markup))


def is_marked_wide(data: bytes) -> bool:
    """Tell whether a byte order mark announces UTF-16 or UTF-32, in which null bytes are normal.

    Raises:
        Nothing.
    """
    return any(data.startswith(mark) for mark, encoding in _MARKS if encoding != "utf-8")


def _decode_without_mark(data: bytes, *, markup: bool) -> str:
    declared = _declared_encoding(data) if markup else None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        lenient = data.decode("utf-8", errors="replace")
    if _wrong_ratio(lenient) < _FEW_WRONG_RATIO:
        return lenient
    if declared not in {None, "utf-8"}:
        return data.decode(str(declared), errors="replace")
    return data.decode("cp1251" if _looks_cyrillic(data) else "cp1252", errors="replace")


def _wrong_ratio(text: str) -> float:
    # len(encode) counts bytes beyond ASCII without a loop over fifty million characters.
    beyond_ascii = len(text) - len(text.encode("ascii", errors="ignore"))
    return text.count("\ufffd") / max(1, beyond_ascii)


def _declared_encoding(data: bytes) -> str | None:
    head = data[:_DECLARED_WITHIN_BYTES]
    found = _DECLARED.search(head) or _XML_DECLARED.search(head)
    if found is None:
        return None
    try:
        name = codecs.lookup(found.group(1).decode("ascii")).name
    except LookupError:
        return None
    name = _BROWSERS_READ_AS.get(name, name)
    # A page whose ASCII declaration could be read is not UTF-16, whatever it says; browsers take it as UTF-8.
    if name.startswith("utf-16"):
        return "utf-8"
    return name if _KNOWN.fullmatch(name) else None


def _looks_cyrillic(data: bytes) -> bool:
    high = re.findall(rb"[\xc0-\xff]+", data)
    in_runs = sum(len(run) for run in high if len(run) > 1)
    return in_runs > _CYRILLIC_RATIO * sum(len(run) for run in high)


def _clean(text: str) -> str:
    return _CONTROL.sub("\ufffd", _LINE_END.sub("\n", text))
