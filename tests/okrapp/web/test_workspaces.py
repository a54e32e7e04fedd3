"""The list of all workspaces: one glance, any order, any choice, without scripts."""

import html
import re

import pytest

from okrapp.web.pages import workspaces
from okrapp.web.pages.workspaces import COLUMNS, Listing
from okrmodel.snapshot import Status
from okrmodel.store.runs import Outcome, Result, begin_run
from tests.okrapp.web.asking import words
from tests.okrapp.web.many import FAILED, NIGHT, Many

GOOD, RISK, OFF, NONE = Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK, Status.NO_DATA


def rows(page: str) -> list[str]:
    return re.findall(r"<tr role=\"row\"[^>]*>\n<th.*?</tr>", page, re.DOTALL)


def names(page: str) -> list[str]:
    """Of the rows that are shown."""
    shown = [row for row in rows(page) if " hidden>" not in row.split("\n")[0]]
    return [html.unescape(re.findall(r'href="/w/[^"]*">(.*?)</a>', row)[0]) for row in shown]


def three(many: Many) -> None:
    """One on course, one at risk whose sync failed, one off track."""
    many.sync("birch", GOOD, GOOD, scores=("0.9", "0.8"))
    many.sync("acorn", GOOD, OFF, RISK, scores=("0.7", "0.1", "0.4"))
    many.sync("cedar", RISK, GOOD, outcomes=FAILED, stale="crm did not answer", name="Łąka Zürich")


def test_the_glance_counts_workspaces_attention_and_syncs(many: Many) -> None:
    three(many)
    told = words(many.get("/").text)
    assert "4 of 7 key results on course in 3 workspaces" in told
    assert "2 of 3 workspaces 1 with a key result off track" in told
    assert "✓ 2 went well ✕ 1 failed" in told


def test_a_row_tells_how_a_workspace_stands(many: Many) -> None:
    three(many)
    acorn, cedar, _ = (words(row) for row in rows(many.get("/").text))
    assert acorn == "Acorn 2026-Q4 ● 1 ▲ 1 ■ 1 ■ off track B 40% 22 Nov ✓ went well 23 Nov, 04:00"
    assert cedar.startswith("Łąka Zürich 2026-Q4 ● 1 ▲ 1 ▲ at risk A 50% 19 Nov 2 stale ✕ failed")
    assert cedar.endswith("it answered 503 – try later")
    assert 'aria-label="1 on course, 1 at risk, 1 off track"' in many.get("/").text


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("worst", "acb"),
        ("-worst", "bca"),
        ("name", "abc"),
        ("-name", "cba"),
        ("courses", "acb"),
        ("score", "acb"),
        ("-score", "bca"),
        ("through", "cab"),
        ("sync", "cab"),
    ],
)
def test_any_column_sorts_either_way(many: Many, sort: str, order: str) -> None:
    three(many)
    page = many.get(f"/?sort={sort}").text
    letters = {"Acorn": "a", "Birch": "b", "Łąka Zürich": "c"}
    assert "".join(letters[name] for name in names(page)) == order
    aria = "descending" if sort.startswith("-") else "ascending"
    assert re.findall(r'aria-sort="(\w+)"><a [^>]*data-column="(\w+)"', page) == [
        (aria, sort.removeprefix("-"))
    ]


def test_a_workspace_of_which_nothing_is_known_comes_before_what_is_well(many: Many) -> None:
    many.sync("birch", Status.ACHIEVED)
    many.sync("cedar", Status.NO_DATA, outcomes=FAILED)
    many.sync("acorn", RISK)
    assert names(many.get("/").text) == ["Acorn", "Cedar", "Birch"]


def test_scripts_sort_as_the_server_does(many: Many) -> None:
    three(many)
    found = rows(many.get("/").text)
    for place, column in enumerate(COLUMNS):
        by_script = sorted(
            found, key=lambda row: int(re.findall(r'data-places="([\d ]+)"', row)[0].split()[place])
        )
        assert [words(row) for row in by_script] == [
            words(row) for row in rows(many.get(f"/?sort={column}").text)
        ]


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("filter=attention", ["Acorn", "Łąka Zürich"]),
        ("filter=off-track", ["Acorn"]),
        ("filter=at-risk", ["Łąka Zürich"]),
        ("filter=on-course", ["Birch"]),
        ("filter=sync", ["Łąka Zürich"]),
        ("filter=rests", []),
        ("q=LAKA+zur", ["Łąka Zürich"]),
        ("q=ced", ["Łąka Zürich"]),
        ("q=%25", []),
        ("q=%3Cb%3E", []),
        ("filter=attention&q=aco", ["Acorn"]),
    ],
)
def test_rows_are_chosen_by_the_server(many: Many, query: str, chosen: list[str]) -> None:
    three(many)
    page = many.get(f"/?{query}").text
    assert names(page) == chosen
    status = re.findall(r'role="status"[^>]*>(.*?)<', page)
    assert status == [f"{len(chosen)} of 3 workspaces"]
    assert "<b>" not in re.findall(r'id="q"[^>]*>', page)[0]


def test_a_link_keeps_what_was_asked_and_goes_back_to_the_first_page() -> None:
    asked = Listing("-score", "sync", "aco", 3)
    assert asked.query(sort="name") == {"sort": "name", "filter": "sync", "q": "aco"}
    assert asked.query(page=4) == {"sort": "-score", "filter": "sync", "q": "aco", "page": "4"}
    assert Listing().query(filter="all", q="") == {}


def test_what_cannot_be_asked_is_refused(many: Many) -> None:
    three(many)
    for query in ("sort=colour", "filter=x", "page=0", f"q={'x' * 201}"):
        assert many.get(f"/?{query}").status_code == 422
    assert many.get("/?page=99999999999999999999").status_code == 200


def test_many_are_shown_a_page_at_a_time_in_one_order(
    many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspaces, "ON_A_PAGE", 2)
    three(many)
    first, second = (many.get(f"/?sort=name&page={n}").text for n in (1, 2))
    assert names(first) + names(second) == ["Acorn", "Birch", "Łąka Zürich"]
    assert 'rel="next" href="/?sort=name&amp;page=2"' in first
    assert 'rel="prev" href="/?sort=name"' in second
    assert 'rel="next"' not in second
    assert "data-whole" not in first + second


def test_the_only_workspace_is_shown_itself(many: Many) -> None:
    many.sync("acorn", GOOD)
    answer = many.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/w/acorn")
    many.sync("birch", GOOD)
    assert many.get("/").status_code == 200
    assert many.get("/", "birch").headers["location"] == "/w/birch"


def test_nobody_sees_what_is_not_theirs(many: Many) -> None:
    three(many)
    page = many.get("/?filter=all", "acorn", "birch").text
    assert sorted(names(page)) == ["Acorn", "Birch"]
    assert "Zürich" not in page
    assert "in 2 workspaces" in words(page)
    assert "No workspace is open to you yet" in many.get("/", "dogwood").text


def test_an_empty_store_says_what_to_type(many: Many) -> None:
    told = words(many.get("/").text)
    assert "Nothing has been recorded yet" in told
    assert told.endswith("okr sync")


def test_a_store_from_before_publications_says_that_one_sync_is_missing(many: Many) -> None:
    begin_run(many.store, "acme", "sync", {})
    assert "The pages need one more sync" in many.get("/").text


def test_a_workspace_at_rest_needs_no_attention_and_says_why(many: Many) -> None:
    many.sync("acorn", OFF, rests="paused since 1 Nov 2026")
    many.sync("birch", GOOD)
    many.clock.move(days=9)
    page = many.get("/?filter=rests").text
    assert names(page) == ["Acorn"]
    assert "at rest 23 Nov, 04:00 paused since 1 Nov 2026" in words(page)
    assert names(many.get("/?filter=attention").text) == ["Birch"]


def test_a_night_without_a_sync_is_told(many: Many) -> None:
    three(many)
    many.clock.move(hours=35)
    assert "overdue" not in many.get("/").text
    many.clock.move(hours=2)
    assert "✕ 1 failed ! 2 overdue" in words(many.get("/").text)


def test_a_pretend_world_is_never_late(many: Many) -> None:
    many.sync("acorn", GOOD, clock=NIGHT)
    many.sync("birch", GOOD, clock=NIGHT)
    many.clock.move(days=400)
    assert "2 went well" in words(many.get("/").text)


def test_a_sync_that_never_ended_goes_on_while_it_is_held_and_was_killed_after(many: Many) -> None:
    many.sync("acorn", GOOD)
    many.sync("birch", GOOD, ends=False)
    assert "1 running" in words(many.get("/").text)
    many.clock.move(minutes=6)
    assert "1 cut off" in words(many.get("/").text)


def test_a_workspace_that_nothing_was_recorded_of_needs_attention(many: Many) -> None:
    many.sync("acorn", GOOD)
    many.sync("birch")
    page = many.get("/?filter=attention").text
    assert names(page) == ["Birch"]
    assert "– 1 nothing recorded yet – – ✓ went well" in words(page)


def test_what_is_recorded_shows_at_once(many: Many) -> None:
    three(many)
    assert "1 with a key result off track" in words(many.get("/").text)
    many.sync("birch", OFF, NONE)
    assert "2 with a key result off track" in words(many.get("/").text)
    many.sync("birch", OFF, NONE, name="Oak")
    assert "Oak" in names(many.get("/").text)


def test_hostile_words_stay_words(many: Many) -> None:
    name = '<script>alert("1")</script>' + "long" * 50
    failed = Outcome("connection", "crm", Result.FAILED, "<img src=x>\n" * 300)
    many.sync("acorn", GOOD, name=name, outcomes=(failed,))
    many.sync("birch", GOOD)
    page = many.get("/").text
    assert name in names(page)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert len(page) < 12_000


def test_a_page_of_a_thousand_stays_small(many: Many) -> None:
    """A hundred rows with long names, each with a failed sync, are what a page can hold."""
    line = workspaces._short("x" * 500)
    assert len(line) == workspaces.MOST_REASON + 1
    many.sync("acorn", *[GOOD, RISK, OFF, NONE] * 5, outcomes=FAILED, name="A client's name")
    many.sync("birch", GOOD)
    row = max(map(len, rows(many.get("/").text)))
    assert row * workspaces.ON_A_PAGE < 150_000


def test_the_most_common_locale_and_zone_are_the_lists(many: Many) -> None:
    many.sync("acorn", GOOD, locale="de", timezone="America/New_York")
    many.sync("birch", GOOD, locale="pl")
    many.sync("cedar", GOOD, locale="pl")
    page = many.get("/").text
    assert '<html lang="pl">' in page
    assert "Europe/Warsaw" in page
    assert "23 lis, 04:00" in page
