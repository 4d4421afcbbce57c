"""HTML as plain text."""

import pytest

from texts.plain import plain_text


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("", ""),
        ("Chào", "Chào"),
        ("<b>Đơn</b> &amp; <i>hóa đơn</i>", "Đơn & hóa đơn"),
        ("Số tài khoản: <code>0011001234567</code>", "Số tài khoản: 0011001234567"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<a href="https://x.vn/?a=1&amp;b=2">Trang <b>web</b></a>!', "Trang web: https://x.vn/?a=1&b=2!"),
        ('<a href="https://x.vn/?a&amp;b">https://x.vn/?a&amp;b</a>', "https://x.vn/?a&b"),
        ('<a href="u1">một</a> và <a href="u2">hai</a>', "một: u1 và hai: u2"),
        ("&lt;b&gt;Kế &amp;amp; toán&lt;/b&gt; &quot;A&quot; &#39;B&#39;", "<b>Kế &amp; toán</b> \"A\" 'B'"),
        ("một\n\n\n\nhai\n \n\nba", "một\n\nhai\n\nba"),
        ("  một  \n   hai\t\n", "một\n   hai"),
        ("<b>một</b>\n<i> </i>\n\n<b></b>\nhai", "một\n\nhai"),
    ],
)
def test_what_is_said_stays_and_tags_go(markup: str, said: str) -> None:
    assert plain_text(markup) == said
