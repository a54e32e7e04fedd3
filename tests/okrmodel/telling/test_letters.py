"""Each form of a letter says the same; no words of a config or a source are ever markup."""

from hypothesis import example, given
from hypothesis import strategies as st

from okrmodel.snapshot import Status
from okrmodel.telling.letters import Letter, letter
from okrmodel.telling.letters.blocks import (
    Block,
    Entry,
    Group,
    Lead,
    Link,
    Paragraph,
    Piece,
    Point,
    Points,
    Standings,
    parted,
    plain,
    quiet,
    strong,
)
from okrmodel.telling.letters.in_text import COLUMNS
from okrmodel.telling.one_line import one_line
from tests.okrmodel.telling import shown

_PARTS = [
    *"ab1 *_`[]()<>|#@~+-=!&;:.\\/\n\r\t\"'{}%$^",
    *("\u202e", "\u2028", "\x00", "&lt;", "<b>", "<!--", "](x)", "**", "1. ", "http://a.b", "é"),
]
TEXTS = (
    st.lists(st.sampled_from(_PARTS), min_size=1, max_size=12).map("".join) | st.text(min_size=1)
).filter(one_line)
"""Texts that would be markup, in one form or another, if they were let."""


def telling(text: str, url: str = "https://okr.example/w/acorn") -> Letter:
    """A letter with the text in every place where there may be one."""
    off_track = Piece(text, status=Status.OFF_TRACK)
    blocks: list[Block] = [
        Lead(text),
        Paragraph((plain(text), strong(text), quiet(text))),
        Points((Point((plain(text),)), Point((strong(text), off_track), (plain(text),))), text),
        Standings(text, (Group(text, off_track, (Entry(text, off_track, (text, text)),)),)),
        Link(text, url),
    ]
    return letter(text, blocks, "en")


PLACES = 16
"""How many times `telling` says its text."""


@given(TEXTS)
@example("<b>*_`[x](http://y)`_*</b>")
@example("1. a")
@example("- a")
@example("&lt;b&gt;")
def test_no_text_is_ever_markup_in_markdown(text: str) -> None:
    marks, told = shown.markdown(telling(text).markdown)
    usual, _ = shown.markdown(telling("x").markdown)
    assert marks == usual
    assert told.count(one_line(text)) >= PLACES


@given(TEXTS)
def test_no_text_is_ever_markup_in_html(text: str) -> None:
    seen, usual = (shown.html(telling(each).html) for each in (text, "x"))
    assert seen.tags == usual.tags
    assert "".join(seen.texts).count(one_line(text)) >= PLACES


@given(TEXTS)
def test_no_text_begins_a_line_of_its_own_or_turns_the_reading_around(text: str) -> None:
    told = telling(text)
    assert one_line(told.title) == told.title
    usual = telling("x").text.count("\n\n")
    assert told.text.count("\n\n") == usual
    # Lines break where there is a blank; what is between blanks stays together where it fits.
    words = "".join(told.text.split()).replace("\xa0", "")
    assert "".join(one_line(text).split()).replace("\xa0", "") in words


def test_a_line_is_one_line() -> None:
    assert one_line(" a\r\nb\u2028c\x00\td  e ") == "a b c d e"
    assert one_line("1\xa0000 a\u202eb\u2066c\u200fd") == "1\xa0000 abcd"


def test_nobody_is_called() -> None:
    told = one_line("@here <@U1> <!channel> <#C1> ola@acorn.example < 3")
    assert told == "@\u2060here <@\u2060U1> <\u2060!channel> <\u2060#C1> ola@acorn.example < 3"
    assert one_line(told) == told


@given(st.lists(TEXTS, min_size=1, max_size=30).map(" ".join))
@example("x" * 200)
def test_plain_text_has_78_columns(text: str) -> None:
    blocks: list[Block] = [Paragraph((strong(text),)), Points((Point((plain(text),)),), "x")]
    assert max(map(len, letter("x", blocks, "en").text.splitlines())) <= COLUMNS


@given(st.text(min_size=1))
def test_an_address_ends_where_it_ends(text: str) -> None:
    url = f"https://okr.example/w/{text}"
    told = telling("x", url)
    assert shown.markdown(told.markdown)[0] == shown.markdown(telling("x").markdown)[0]
    assert len(shown.html(told.html).tags) == len(shown.html(telling("x").html).tags)


def test_a_status_is_never_a_colour_alone() -> None:
    told = letter("x", [Paragraph((Piece("off track", status=Status.OFF_TRACK),))], "pl")
    assert '<span class="bad">■&nbsp;off track</span>' in told.html
    assert told.text == "■\xa0off track\n"
    assert told.markdown == "■ off track\n"
    assert '<html lang="pl">' in told.html


def test_the_mail_fetches_nothing_and_runs_nothing() -> None:
    seen = shown.html(telling("x").html)
    assert {"script", "img", "link", "iframe", "form"}.isdisjoint(tag for tag, _ in seen.tags)
    assert "@import" not in telling("x").html
    assert "url(" not in telling("x").html


def test_pieces_of_equal_rank_stand_apart_and_empty_ones_are_left_out() -> None:
    line = parted(plain("a"), plain(""), quiet("b"))
    assert letter("x", [Paragraph(line)], "en").text == "a · b\n"
    assert parted(plain("")) == ()


def test_text_within_a_word_is_left_alone() -> None:
    told = letter("x", [Paragraph((plain("monthly_sqls > 99% & R&D"),))], "en")
    assert told.markdown == "monthly_sqls > 99% & R&D\n"
