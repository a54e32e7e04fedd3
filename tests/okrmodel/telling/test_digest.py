"""The digest: what a leader reads first, every key result once, and nothing that is not known."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.definitions.key_results import KeyResult
from okrmodel.flips import Flip
from okrmodel.snapshot import Failure, GuardrailState, Status
from okrmodel.telling import digest
from okrmodel.telling.digest import MOST_POINTS, digest_letter
from okrmodel.telling.followed import Followed, Restatement
from okrmodel.telling.letters import Letter, letter
from okrmodel.telling.letters.blocks import Points, Standings
from okrmodel.telling.texts import LANGUAGES, texts_of
from okrmodel.telling.week import Week
from tests.conftest import Clock
from tests.okrmodel.store.samples import Work, closure
from tests.okrmodel.telling import shown
from tests.okrmodel.telling.weeks import (
    BEFORE,
    BOUNCES,
    DEALS,
    LEADS,
    SUNDAY,
    cycle,
    ending,
    followed,
    said,
    two_weeks,
    week,
    words,
)

PAGE = "https://okr.example/w/acme/c/2026-Q4"


def told(one: Week, locale: str = "en", page: str | None = None) -> Letter:
    texts = texts_of(locale)
    title = digest._title(texts, one)
    return letter(title, tuple(digest._blocks(texts, one, page)), texts.language)


def line_of(text: str, start: str) -> str:
    """The point that begins so, on one line."""
    [found] = [part for part in text.split("\n- ") if part.startswith(start)]
    return " ".join(found.split("\n\n")[0].split()).replace("\xa0", " ")


def short() -> Followed:
    return followed(
        said(forecast=ending("70", hit=Decimal("0.02")), needed_pace=Decimal(2)),
        said(BEFORE, value=Decimal(4), expected=Decimal("0.4")),
    )


def test_the_first_lines_answer_whether_it_will_be_met_and_what_will_be_missed() -> None:
    every = [short(), followed(said(status=Status.ACHIEVED), key_result=DEALS)]
    seen = told(week(every))
    assert seen.title == "Acme: 1 of 2 on course (22 Nov)"
    assert seen.text.replace("\xa0", " ").split("\n\n")[:3] == [
        "1 of 2 key results are on course.",
        "★ achieved: 1, ■ off track: 1",
        "As things stand, we will miss: Win 100 leads (by 30)",
    ]


def test_a_decision_has_its_figures_and_somebody_to_ask() -> None:
    assert line_of(told(week([short()])).text, "Win 100 leads ■") == (
        "Win 100 leads ■ off track · forecast to end at about 70 of 100, 30 short ·"
        " needs +14 a week, the last one brought +3 · Ola Nowak"
    )


def test_a_week_that_brought_enough_is_not_held_against_it() -> None:
    one = short()
    assert one.now
    slow = replace(one, now=replace(one.now, needed_pace=Decimal("0.1")))
    assert "needs" not in line_of(told(week([slow])).text, "Win 100 leads ■")


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (said(), "7 of 100, 7% of the way where 50% was planned"),
        (said(expected=None), "7 of 100, 7% of the way"),
        (said(status=Status.NO_DATA, value=None, reason="crm is new"), "– no data · crm is new"),
        (None, "– no data · never recorded; run okr sync"),
        (
            replace(said(status=Status.STALE, stale="crm failed"), through=BEFORE),
            "? stale · complete up to 15 Nov only: crm failed",
        ),
        (
            said(
                status=Status.ON_TRACK,
                guardrail=GuardrailState("spend", Decimal(9), "at most 8", kept=False, reason=""),
            ),
            "● on track · guardrail spend broken: 9, at most 8 agreed",
        ),
    ],
)
def test_each_reason_for_a_decision_is_told(now: object, says: str) -> None:
    one = followed(now)  # type: ignore[arg-type]
    told_week = week([one])
    # Nothing of the whole sheet was ever recorded where the only key result has nothing.
    sheet = replace(told_week.sheet, as_of=SUNDAY if now else None)
    assert says in line_of(told(replace(told_week, sheet=sheet)).text, "Win 100 leads ")


def test_no_data_is_never_a_zero() -> None:
    nothing: dict[str, Any] = {
        "value": None,
        "raw_progress": None,
        "expected": None,
        "reason": "crm is new",
    }
    every = [followed(None), followed(said(status=Status.NO_DATA, **nothing), key_result=DEALS)]
    table = told(week(every)).text.partition("ALL KEY RESULTS")[2].replace("\xa0", " ")
    assert table.startswith("\nGrow: – no data\n- Win 100 leads: – no data\n  Ola Nowak\n")
    assert "- Win 10 deals: – no data\n  Jan Kowalski\n" in table


def test_a_flip_says_from_what_to_what_since_when_and_what_is_said_today() -> None:
    flip = Flip(Status.ON_TRACK, Status.OFF_TRACK, SUNDAY - timedelta(2), SUNDAY)
    text = told(week([followed(said(status=Status.AT_RISK), flip=flip)])).text
    assert line_of(text, "Win 100 leads · ●") == (
        "Win 100 leads · ● on track → ■ off track · since 20 Nov · today: ▲ at risk"
        " · 7 of 100, 7% of the way where 50% was planned"
    )
    sure = told(week([followed(said(), flip=flip)])).text
    assert "today" not in sure


def test_a_move_and_a_restatement_have_both_figures() -> None:
    restated = Restatement(BEFORE, Decimal(6), None, 3)
    one = replace(short(), restated=restated, unit="leads")
    text = told(week([one])).text
    assert "- Win 100 leads · 4 → 7 leads · +3 · planned +10" in text.replace("\xa0", " ")
    assert "- Win 100 leads · 15 Nov: 6 → – · and 2 earlier days" in text.replace("\xa0", " ")


def numbered(number: int) -> KeyResult:
    return LEADS.model_copy(update={"id": f"leads-{number}", "title": f"Key result {number}."})


@given(st.lists(st.sampled_from([None, *Status]), min_size=1, max_size=25))
def test_every_key_result_is_once_in_the_table_and_the_counts_add_up(
    statuses: list[Status | None],
) -> None:
    every = [
        followed(said(status=status) if status else None, key_result=numbered(n))
        for n, status in enumerate(statuses)
    ]
    texts = texts_of("en")
    blocks = list(digest._blocks(texts, week(every), None))
    [table] = [block for block in blocks if isinstance(block, Standings)]
    titles = [entry.title for group in table.groups for entry in group.entries]
    assert titles == [one.key_result.title for one in every]
    counted = [piece.text.strip(",") for piece in blocks[1].line]  # type: ignore[union-attr]
    assert sum(int(text.rpartition(" ")[2]) for text in counted) == len(statuses)
    lists = [block for block in blocks if isinstance(block, Points)]
    assert all(len(block.points) <= MOST_POINTS + 1 for block in lists)


def test_a_long_list_says_how_many_more_there_are() -> None:
    every = [followed(said(), key_result=numbered(n)) for n in range(MOST_POINTS + 2)]
    assert "\n- and 2 more\n" in told(week(every)).text


def test_what_is_kept_has_its_bound() -> None:
    kept = said(status=Status.ON_TRACK, value=Decimal("0.006"), target=Decimal("0.01"))
    text = told(week([followed(kept, key_result=BOUNCES)])).text
    assert "0.0060, at most 0.0100" in text.replace("\xa0", " ")


def test_how_fresh_it_is() -> None:
    old = followed(said(BEFORE, Status.ON_TRACK), key_result=DEALS)
    last = told(week([followed(said()), old])).text.replace("\n", " ")
    assert (
        "Complete up to 22 Nov 2026, but for 1 older figure. ·"
        " Pulled from the sources on 23 Nov 2026, 04:00\xa0CET."
    ) in last
    assert "Complete up to 22 Nov 2026. ·" in told(week([followed(said())])).text


def test_a_source_that_failed_is_named() -> None:
    one = week([followed(said())])
    sheet = replace(one.sheet, failures=(Failure("crm", "401 – renew the token"),))
    assert "- crm · 401 – renew the token" in told(replace(one, sheet=sheet)).text


def test_when_it_is_over_it_says_what_was_achieved_and_asks_nothing() -> None:
    missed = followed(said(status=Status.MISSED, value=Decimal(90)))
    done = followed(said(status=Status.ACHIEVED), key_result=DEALS)
    seen = told(week([missed, done], as_of=cycle().ends))
    assert seen.title == "Acme: 1 of 2 achieved (22 Nov)"
    assert "Missed: Win 100 leads (by 10)" in seen.text
    assert "DECISION" not in seen.text


def test_before_anything_can_be_judged_it_says_so() -> None:
    seen = told(week([followed(said(status=Status.TOO_EARLY))]))
    assert seen.title == "Acme: too early to judge (22 Nov)"
    assert "Nothing needs a decision this week." in seen.text


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_letter_is_whole_in_each_language(work: Work, clock: Clock, locale: str) -> None:
    two_weeks(
        work,
        clock,
        leads=[Status.ON_TRACK] * 10 + [Status.OFF_TRACK] * 4,
        deals=[Status.AT_RISK] * 14,
    )
    whole = cycle(LEADS, DEALS, BOUNCES)
    seen = digest_letter(work.store, words(whole, locale=locale), whole, SUNDAY, PAGE)
    assert seen.picture
    assert seen.picture.startswith(b"\x89PNG")
    assert len(seen.html.encode()) < 60_000
    assert f'<html lang="{locale}">' in seen.html
    for form in (seen.text, seen.markdown, seen.html):
        assert PAGE in form
        assert all(title in form for title in (LEADS.title, DEALS.title, BOUNCES.title))
    marks, _ = shown.markdown(seen.markdown)
    assert "table_open" not in marks


def test_what_was_never_recorded_has_no_picture(work: Work) -> None:
    work.definitions(closure())
    whole = cycle(LEADS)
    seen = digest_letter(work.store, words(whole), whole, SUNDAY, None)
    assert seen.picture is None
    assert "Complete" not in seen.text
    assert "not recorded by 22 Nov 2026; run okr backfill" in seen.text
