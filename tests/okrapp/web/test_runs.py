"""Runs: what ran, how each part went, and what helps."""

import re
from datetime import timedelta

import pytest

from okrapp.web.pages import runs
from okrapp.web.pages.endings import Fault, faults, lasted
from okrapp.web.pages.runs import Did, did
from okrmodel.snapshot import Status
from okrmodel.store.accounts import confirm_account
from okrmodel.store.limits import limits_of
from okrmodel.store.runs import Outcome, Result, begin_run, end_run, record_outcomes
from tests.okrapp.web.asking import words
from tests.okrapp.web.many import FAILED, NIGHT, Many

GOOD = Status.ON_TRACK


def lines(page: str) -> list[str]:
    """The rows of the list of runs, as text."""
    table = page.partition('class="cards runs"')[2]
    return [words(row) for row in re.findall(r"<tr role=\"row\">.*?</tr>", table, re.DOTALL)][1:]


def test_a_run_says_what_it_did_and_how_it_went(many: Many) -> None:
    many.sync("acorn", GOOD)
    many.clock.move(hours=1)
    run = begin_run(
        many.store,
        "acorn",
        "backfill",
        {"from": "2026-10-01", "to": "2026-11-21", "key_results": ["a"]},
    )
    record_outcomes(
        many.store,
        run,
        [
            Outcome("connection", "crm", Result.FAILED, "it answered 503 – try later", calls=1200),
            Outcome("connection", "web", Result.OK, calls=2),
            Outcome("key_result", "2026-Q4/a", Result.STALE, "crm did not answer"),
            Outcome("key_result", "2026-Q4/b", Result.OK),
        ],
    )
    many.clock.move(minutes=2, seconds=5)
    end_run(many.store, run, Result.FAILED, "it answered 503 – try later")
    first, second = lines(many.get("/w/acorn/runs").text)
    assert first == (
        "23 Nov, 05:00 backfill 1 Oct – 21 Nov 2026, 1 key result only ✕ failed 2 min 5 s"
        " 1,202 crm 1,200, web 2 crm: it answered 503 Remedy: try later 1 key result stale"
    )
    assert second == "23 Nov, 04:00 sync ✓ went well <1 s 8 crm 8"


def test_runs_of_all_name_their_workspace_and_only_those_that_may_be_seen(many: Many) -> None:
    many.sync("acorn", GOOD)
    many.sync("birch", GOOD, name="<i>Birch</i>")
    begin_run(many.store, "dogwood", "sync", {})
    every = many.get("/runs").text
    assert [line.split(" ")[3] for line in lines(every)] == ["dogwood", "<i>Birch</i>", "Acorn"]
    assert "/w/dogwood" not in every, "nothing was published of it, so it has no page"
    some = many.get("/runs", "birch", "cedar").text
    assert len(lines(some)) == 1
    assert "Acorn" not in some
    assert "Nothing has run yet" in many.get("/runs", "cedar").text
    assert many.get("/w/acorn/runs", "birch").status_code == 404


def test_many_allowed_workspaces_are_asked_at_once(many: Many) -> None:
    for name in ("acorn", "birch", "cedar", "dogwood"):
        many.sync(name, GOOD)
    many.sync("elm", GOOD)
    page = many.get("/runs", "acorn", "birch", "cedar", "dogwood").text
    assert len(lines(page)) == 4
    assert "Elm" not in page


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("", "cba"),
        ("result=ok", "a"),
        ("result=failed", "b"),
        ("result=unended", "c"),
        ("result=stale", ""),
        ("kind=sync", "ba"),
        ("kind=freeze", "c"),
        ("kind=sync&result=failed", "b"),
        ("kind=backfill", ""),
    ],
)
def test_runs_are_chosen_by_result_and_kind(many: Many, query: str, chosen: str) -> None:
    many.sync("acorn", GOOD)
    many.sync("acorn", GOOD, outcomes=FAILED)
    begin_run(many.store, "acorn", "freeze", {"cycle": "2026-Q3"})
    page = many.get(f"/w/acorn/runs?{query}").text
    kinds = {"went well": "a", "sync ✕ failed": "b", "freeze 2026-Q3": "c"}
    found = [letter for line in lines(page) for text, letter in kinds.items() if text in line]
    assert "".join(found) == chosen
    assert ("No run matches" in page) == (not chosen)


def test_older_runs_are_on_further_pages(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ON_A_PAGE", 2)
    numbers = [many.sync("acorn", GOOD, outcomes=FAILED).run.id for _ in range(5)]
    seen: list[int] = []
    there = "/w/acorn/runs?result=failed"
    while there:
        page = many.get(there).text
        seen += map(int, re.findall(r"/w/acorn/runs/(\d+)", page))
        (there, *_) = [
            x.replace("&amp;", "&") for x in re.findall(r'rel="next" href="([^"]*)"', page)
        ] or [""]
    assert seen == numbers[::-1]
    assert 'rel="first" href="/w/acorn/runs?result=failed"' in page


def test_connections_say_when_they_answered_and_what_was_asked_of_them(many: Many) -> None:
    many.sync("acorn", GOOD)
    many.clock.move(days=1)
    many.sync("acorn", GOOD, outcomes=FAILED)
    confirm_account(many.store, "acorn", "crm", "4711")
    with limits_of(many.store) as limits:
        until = int((many.clock.now + timedelta(days=400)).timestamp() * 1_000_000)
        limits.spend("hubspot 4711", "requests a day", 20, most=1000, until=until, reserve=False)
        limits.spend("hubspot 47110", "requests a day", 20, most=77, until=until, reserve=False)
    many.clock.move(hours=10)
    told = words(many.get("/w/acorn/runs").text)
    assert (
        "crm 23 Nov 2026, 04:00 CET ✕ 24 Nov 2026, 04:00 CET it answered 503 Remedy: try later"
        " 3 11 1,000 requests 980 left today"
    ) in told
    many.clock.move(days=20)
    assert " 0 11 1,000 requests" in words(many.get("/w/acorn/runs").text)
    many.clock.move(days=9, hours=12)
    assert " 0 3 1,000 requests" in words(many.get("/w/acorn/runs").text)


def test_a_connection_that_answers_again_shows_no_fault(many: Many) -> None:
    many.sync("acorn", GOOD, outcomes=FAILED)
    many.clock.move(days=1)
    many.sync("acorn", GOOD)
    many.clock.move(hours=6)
    told = words(many.get("/w/acorn/runs").text.partition("cards runs")[0])
    assert "crm 24 Nov 2026, 04:00 CET 23 Nov 2026, 04:00 CET 8 11 –" in told


def test_two_systems_with_one_account_number_show_no_limit(many: Many) -> None:
    many.sync("acorn", GOOD)
    confirm_account(many.store, "acorn", "crm", "4711")
    with limits_of(many.store) as limits:
        for system in ("hubspot", "ga4"):
            limits.spend(
                f"{system} 4711", "requests a day", 1, most=1000, until=2**60, reserve=False
            )
    assert "1,000" not in many.get("/w/acorn/runs").text


def test_connections_of_all_are_counted_by_name(many: Many) -> None:
    many.sync("acorn", GOOD)
    many.sync("birch", GOOD, outcomes=FAILED)
    many.sync("cedar", GOOD, outcomes=FAILED)
    assert "crm 3 ✕ 2 14" in words(many.get("/runs").text)
    assert "crm 1 0 8" in words(many.get("/runs", "acorn").text)


def test_a_runs_page_has_all_of_it(many: Many) -> None:
    work = many.sync("acorn", GOOD, Status.OFF_TRACK, ends=False)
    record_outcomes(
        many.store,
        work.run,
        [
            Outcome("key_result", "2026-Q4/a", Result.STALE, "crm did not answer"),
            Outcome("key_result", "2026-Q4/b", Result.OK),
            Outcome("key_result", "2026-Q4/gone", Result.OK),
        ],
    )
    end_run(many.store, work.run, Result.STALE)
    told = words(many.get(f"/w/acorn/runs/{work.run.id}").text)
    assert f"Run {work.run.id} sync ? stale" in told
    assert "crm ✓ went well 8" in told
    assert "What was recorded 2 new" in told
    assert "A 2026-Q4 ? stale crm did not answer 1 new B 2026-Q4 ✓ went well 1 new" in told
    assert told.endswith("gone 2026-Q4 ✓ went well none new")


def test_kinds_of_figures_are_told_apart(many: Many) -> None:
    many.sync("acorn", GOOD, GOOD)
    work = many.sync("acorn", GOOD, Status.AT_RISK)
    told = words(many.get(f"/w/acorn/runs/{work.run.id}").text)
    assert "What was recorded 1 recomputed Key result" in told


def test_parameters_are_shown_exactly(many: Many) -> None:
    many.sync("acorn", GOOD)
    odd = {"from": "soon", "key_results": None, "zażółć": ["<b>", 1]}
    run = begin_run(many.store, "acorn", "dance", odd)
    page = many.get(f"/w/acorn/runs/{run.id}").text
    told = words(page)
    assert "from: soon key_results: null" in told
    assert 'zażółć: ["<b>", 1]' in told
    assert "<b>&#34;" not in page
    assert "dance" in told


def test_a_run_that_never_ended_goes_on_while_somebody_holds_the_workspace(many: Many) -> None:
    killed = many.sync("acorn", GOOD, ends=False)
    many.clock.move(minutes=6)
    work = many.sync("acorn", GOOD, ends=False)
    goes_on = words(many.get(f"/w/acorn/runs/{work.run.id}").text)
    assert "… running a test works on it, until 23 Nov 2026, 04:11 CET at least." in goes_on
    before = words(many.get(f"/w/acorn/runs/{killed.run.id}").text)
    assert "✕ cut off The run never reported its end" in before
    many.clock.move(minutes=6)
    assert "✕ cut off" in words(many.get(f"/w/acorn/runs/{work.run.id}").text)


def test_a_run_that_broke_says_why_in_its_own_words(many: Many) -> None:
    many.sync("acorn", GOOD)
    run = begin_run(many.store, "acorn", "sync", {})
    end_run(many.store, run, Result.FAILED, "KeyboardInterrupt")
    assert "✕ failed KeyboardInterrupt Began" in words(many.get(f"/w/acorn/runs/{run.id}").text)


def test_another_workspaces_run_is_not_there(many: Many) -> None:
    many.sync("acorn", GOOD)
    other = many.sync("birch", GOOD)
    for path in (f"/w/acorn/runs/{other.run.id}", "/w/acorn/runs/999", "/w/nobody/runs/1"):
        assert many.get(path).status_code == 404
    for path in (
        "/w/acorn/runs/0",
        "/w/acorn/runs/x",
        f"/w/acorn/runs/{2**63}",
        f"/runs?before={2**63}",
    ):
        assert many.get(path).status_code == 422


def test_three_hundred_lines_are_cut_in_the_list_and_whole_on_the_runs_page(many: Many) -> None:
    long = "\n".join(f"line {n} broke" for n in range(300))
    failed = Outcome("connection", "crm", Result.FAILED, f"{long} – mend it")
    work = many.sync("acorn", GOOD, outcomes=(failed,))
    listed = many.get("/w/acorn/runs").text
    assert "line 10 broke" in listed
    assert "line 99 broke" not in listed
    assert "mend it" in listed
    assert "line 299 broke" in many.get(f"/w/acorn/runs/{work.run.id}").text


def test_no_runs_yet(many: Many) -> None:
    assert words(many.get("/runs").text).endswith("okr sync")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("", ()),
        ("it broke", (Fault("it broke"),)),
        ("it broke – mend it", (Fault("it broke", "mend it"),)),
        ("a – b; c – d", (Fault("a", "b"), Fault("c", "d"))),
        ("a; still a – b", (Fault("a; still a", "b"),)),
        ("a – b; c", (Fault("a", "b"), Fault("c"))),
        ("a – b – c", (Fault("a – b", "c"),)),
        ("a – b; a – b", (Fault("a", "b"),)),
    ],
)
def test_a_stored_reason_is_told_fault_by_fault(reason: str, told: tuple[Fault, ...]) -> None:
    assert faults(reason) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.4, "<1 s"),
        (1, "1 s"),
        (59.9, "59 s"),
        (60, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (7260, "2 h 1 min"),
    ],
)
def test_how_long_is_told_in_units(seconds: float, told: str) -> None:
    assert lasted(timedelta(seconds=seconds)).replace("\xa0", " ") == told


def test_parameters_that_nobody_can_read_are_left_out_of_the_list() -> None:
    assert did({"as_of": 7, "cycle": None, "key_results": "all"}) == Did()
    assert did({"as_of": NIGHT.date().isoformat()}) == Did(NIGHT.date(), NIGHT.date())


def test_locale_and_zone_are_those_of_what_may_be_seen(many: Many) -> None:
    many.sync("acorn", GOOD)
    many.sync("birch", GOOD, locale="de", timezone="Asia/Tokyo")
    many.sync("cedar", GOOD, locale="de", timezone="Asia/Tokyo")
    assert "Asia/Tokyo" in many.get("/runs").text
    assert "Europe/Warsaw" in many.get("/runs", "acorn").text
