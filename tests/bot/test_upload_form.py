"""The upload page's form, posted as browsers do and in wrong ways."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.upload_form import BOUNDARY_LIMIT, BrokenForm, SentFile, file_of_form

TYPE = "multipart/form-data; boundary=b"
HEAD = 'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'


def form(*parts: str, end: str = "--b--\r\n") -> bytearray:
    return bytearray("".join(f"--b\r\n{part}\r\n" for part in parts).encode() + end.encode())


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        (
            "multipart/form-data; boundary=----WebKitFormBoundaryuHBd1pXSdQ1BR1zb",
            "----WebKitFormBoundaryuHBd1pXSdQ1BR1zb",
        ),
        ("multipart/form-data; boundary=----geckoformboundary9f", "----geckoformboundary9f"),
        ('Multipart/Form-Data; charset=utf-8; Boundary="a b:c"', "a b:c"),
        ("multipart/form-data;boundary=x; charset=utf-8", "x"),
        (f"multipart/form-data; boundary={'x' * BOUNDARY_LIMIT}", "x" * BOUNDARY_LIMIT),
    ],
)
def test_a_form_is_read_as_browsers_post_it(content_type: str, boundary: str) -> None:
    body = (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="file"; filename="Khách &#1 %22x%22.xlsx"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
        "PK\r\n\r\n--\r\n"
        f"\r\n--{boundary}--\r\n"
    )
    sent = SentFile('Khách &#1 "x".xlsx', b"PK\r\n\r\n--\r\n")
    assert file_of_form(content_type, bytearray(body.encode())) == sent
    assert file_of_form(content_type, bytearray(body[:-2].encode())) == sent


@pytest.mark.parametrize("content", ["", "\r\n", "\r\n\r\n", "--b", "--b--", "\r\n--", "x\r\n-b", "\0\xff"])
def test_the_content_is_all_between_the_lines(content: str) -> None:
    assert file_of_form(TYPE, form(HEAD + content)) == SentFile("a.csv", content.encode())


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('content-disposition:form-data;name="file";filename="a.csv"', "a.csv"),
        ('Content-Type: text/csv\r\nContent-Disposition: form-data; filename="a.csv"; name="file"', "a.csv"),
        ('Content-Disposition: form-data; name="file"; filename=""', ""),
        ('Content-Disposition: form-data; name="file"; filename="a; name=x.csv"', "a; name=x.csv"),
        ('Content-Disposition: form-data; name="file"; filename="a\\b.csv"', "a\\b.csv"),
    ],
)
def test_headers_of_the_part_may_stand_in_any_way(head: str, name: str) -> None:
    assert file_of_form(TYPE, form(head + "\r\n\r\n1")) == SentFile(name, b"1")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", form(HEAD)),
        ("text/plain", form(HEAD)),
        ("multipart/form-data", form(HEAD)),
        ("multipart/mixed; boundary=b", form(HEAD)),
        ("multipart/form-data; boundary=", form(HEAD)),
        ("multipart/form-data; boundary=c", form(HEAD)),
        (f"multipart/form-data; boundary={'b' * (BOUNDARY_LIMIT + 1)}", form(HEAD)),
        ("application/x-www-form-urlencoded", bytearray(b"file=1")),
        (TYPE, bytearray()),
        (TYPE, bytearray(b"--b")),
        (TYPE, bytearray(b"--b--\r\n")),
        (TYPE, bytearray(b"\r\n--b--\r\n")),
        (TYPE, form(HEAD, end="")),
        (TYPE, form(HEAD)[:-5]),
        (TYPE, form(HEAD, HEAD)),
        (TYPE, form('Content-Disposition: form-data; name="other"\r\n\r\n1', HEAD)),
        (TYPE, form('Content-Disposition: form-data; name="file"\r\n\r\n1')),
        (TYPE, form('Content-Disposition: form-data; name="other"; filename="a.csv"\r\n\r\n1')),
        (TYPE, form('Content-Disposition: attachment; name="file"; filename="a.csv"\r\n\r\n1')),
        (TYPE, form('Content-Disposition: form-data; name="file"; filename="a.csv\r\n\r\n1')),
        (TYPE, form("\r\n1")),
        (TYPE, form("1")),
        (TYPE, form(f"X: {'x' * 9_000}\r\n{HEAD}1")),
    ],
)
def test_anything_else_is_not_the_form(content_type: str, body: bytearray) -> None:
    with pytest.raises(BrokenForm):
        file_of_form(content_type, body)


def test_a_form_of_a_million_parts_is_given_up_at_the_second() -> None:
    with pytest.raises(BrokenForm):
        file_of_form(TYPE, bytearray(b"--b\r\n\r\n\r\n\r\n" * 1_000_000))


PIECES = st.sampled_from([b"--b", b"--b--", b"\r\n", b"\r\n\r\n", HEAD.encode(), b"--", b"x", b'"', b";"])


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=40), st.lists(PIECES | st.binary(max_size=5), max_size=12))
def test_whatever_comes_is_read_or_refused(content_type: str, pieces: list[bytes]) -> None:
    for said in (TYPE, content_type):
        body = bytearray(b"--b\r\n" + HEAD.encode() + b"".join(pieces))
        try:
            sent = file_of_form(said, body)
        except BrokenForm:
            continue
        assert sent.content in body
