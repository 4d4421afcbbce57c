"""Telegram's HTML: what it means, what it refuses, and that showing it again is safe."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.telegram.entities import formatted
from sandbox.telegram.errors import ApiError
from sandbox.telegram.html import utf16
from sandbox.telegram.render import to_html


def parse(text: str, limit: int = 4096) -> tuple[str, list[dict[str, Any]]]:
    return formatted(text, "HTML", None, limit, "message")


@pytest.mark.parametrize(
    "source, plain, kinds",
    [
        ("<b>Đơn</b> hàng", "Đơn hàng", [("bold", 0, 3)]),
        ("<strong>a</strong><em>b</em><ins>c</ins><del>d</del>", "abcd", None),
        ("🧾 <i>x</i>", "🧾 x", [("italic", 3, 1)]),
        ("  <b> a </b>  ", "a", [("bold", 0, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ('<a href="https://x.vn/?a=1&amp;b=2">x</a>', "x", [("text_link", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", 0, 1)]),
        ("<tg-spoiler>s</tg-spoiler>", "s", [("spoiler", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ('<pre><code class="language-python">p</code></pre>', "p", [("pre", 0, 1)]),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2)]),
        ('<b>a <tg-time unix="1796535420" format="r">b</tg-time></b>', "a b", None),
        ('<tg-time unix="1796535420">b</tg-time>', "b", [("date_time", 0, 1)]),
        ("&lt;b&gt; &amp; &#39; &nbsp;", "<b> & ' &nbsp;", []),
        ("/mua rồi https://vendor.example/a.", None, [("bot_command", 0, 4), ("url", 9, 24)]),
        ("<code>/mua</code>", "/mua", [("code", 0, 4)]),
        ("<B>HOA</B>", None, None),
    ],
)
def test_what_html_means(source: str, plain: str | None, kinds: list[tuple[str, int, int]] | None) -> None:
    if source.startswith("<B>"):  # Telegram lower-cases only the start tag.
        with pytest.raises(ApiError, match="Unmatched end tag"):
            parse(source)
        return
    text, entities = parse(source)
    if plain is not None:
        assert text == plain
    if kinds is not None:
        assert [(e["type"], e["offset"], e["length"]) for e in entities] == kinds


def test_a_moment_is_kept_with_its_form() -> None:
    told = '<b>hạn <tg-time unix="1796535420" format="wdT">mai</tg-time></b>'
    text, entities = parse(told)
    assert entities[1] == {
        "type": "date_time",
        "offset": 4,
        "length": 3,
        "unix_time": 1796535420,
        "date_time_format": "wdT",
    }
    assert to_html(text, entities) == told


@pytest.mark.parametrize(
    "source, error",
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("Đ <p>a</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-time>a</tg-time>", "Invalid date-time specified at byte offset 0"),
        ('<tg-time unix="1" format="x">a</tg-time>', "Invalid date-time specified at byte offset 0"),
        ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_what_html_is_refused(source: str, error: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {error}"


def test_length_is_counted_in_utf16_after_parsing() -> None:
    assert parse("<b>" + "🧾" * 2048 + "</b>")[0] == "🧾" * 2048
    with pytest.raises(ApiError, match="message is too long"):
        parse("🧾" * 2048 + "a")


def test_entities_given_outright_are_checked() -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}
    assert formatted("ab", None, [bold], 10, "message") == ("ab", [bold])
    with pytest.raises(ApiError, match="ends after the end of the text"):
        formatted("a", None, [bold], 10, "message")
    with pytest.raises(ApiError, match="unsupported entity type"):
        formatted("ab", None, [bold | {"type": "fancy"}], 10, "message")


_pieces = st.lists(
    st.sampled_from(
        ["<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "&lt;", "&", "<", ">", "é🧾", " x", "\n"]
    )
)


@given(_pieces)
@settings(max_examples=200, deadline=None)
def test_any_text_is_refused_or_means_the_same_when_shown(pieces: list[str]) -> None:
    source = "".join(pieces)
    try:
        text, entities = parse(source)
    except ApiError:
        return
    assert all(int(e["offset"]) + int(e["length"]) <= utf16(text) for e in entities)
    assert parse(to_html(text, entities))[0] == text


def test_overlapping_entities_are_shown_nested() -> None:
    overlapping = [{"type": "bold", "offset": 0, "length": 3}, {"type": "italic", "offset": 2, "length": 3}]
    assert to_html("ab<de", overlapping) == "<b>ab<i>&lt;</i></b><i>de</i>"


def test_a_link_can_not_break_out_of_its_attribute() -> None:
    text, entities = parse('<a href="https://x.vn/&quot;onload=&quot;">x</a>')
    assert to_html(text, entities) == '<a href="https://x.vn/&quot;onload=&quot;">x</a>'
    assert parse('<a href="javascript:alert(1)">x</a>') == ("x", [])
