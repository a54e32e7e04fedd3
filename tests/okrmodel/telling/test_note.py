"""Notes: the title says all that matters, the text why, since when and what to do."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from okrmodel.news import CameBack, Flipped, MovedAnswer, News, Restated, RunFailed, WentStale
from okrmodel.snapshot import Status
from okrmodel.telling.note import MOST_NAMED, news_letter
from okrmodel.telling.texts import LANGUAGES
from tests.okrmodel.telling import shown
from tests.okrmodel.telling.weeks import DEALS, LEADS, cycle, words

AT = datetime(2026, 11, 20, 3, 1, tzinfo=UTC)
CYCLE = cycle(LEADS, DEALS)


def flipped(**changes: Any) -> Flipped:
    given: dict[str, Any] = {
        "cycle": "2026-Q4",
        "key_result": "leads",
        "old": Status.ON_TRACK,
        "new": Status.AT_RISK,
        "since": date(2026, 11, 20),
        "confirmed": date(2026, 11, 21),
        "value": Decimal(7),
        "target": Decimal(100),
        "reason": "why *it* is so",
    }
    return Flipped(**{**given, **changes})


RESTATED = Restated(
    cycle="2026-Q4",
    key_result="leads",
    as_of=date(2026, 11, 19),
    revision=2,
    old=Status.ON_TRACK,
    new=Status.OFF_TRACK,
    old_value=Decimal(9),
    new_value=None,
    target=Decimal(100),
    moved=(
        MovedAnswer(
            metric="leads",
            first=date(2026, 11, 18),
            last=date(2026, 11, 18),
            old=Decimal(3),
            new=None,
        ),
    ),
    more=2,
    reason="no data",
)
STALE = WentStale(
    connection="crm", run=3, since=AT, reason="401 – renew it", key_results=("leads", "deals")
)
BACK = CameBack(connection="crm", run=3, since=AT, until=AT, key_results=("leads",))
FAILED = RunFailed(run=4, what="sync", began=AT, reason="OSError: the disk is full")
EVERY = (flipped(), RESTATED, STALE, BACK, FAILED)


@pytest.mark.parametrize(
    ("news", "title"),
    [
        (flipped(), "Win 100 leads: on track → at risk"),
        (RESTATED, "Win 100 leads: on track → off track, restated by the source"),
        (STALE, "crm does not answer: 2 key results show their last figures"),
        (STALE.model_copy(update={"key_results": ()}), "crm does not answer"),
        (BACK, "crm answers again"),
        (FAILED, "sync failed"),
        (FAILED.model_copy(update={"reason": ""}), "sync was cut off"),
    ],
)
def test_the_title_says_all_that_matters(news: News, title: str) -> None:
    assert news_letter(words(CYCLE), news).title == title


def test_a_flip_says_since_when_why_what_to_do_and_whose_it_is() -> None:
    text = news_letter(words(CYCLE), flipped()).text.replace("\xa0", " ")
    assert text.split("\n\n")[:2] == ["● on track → ▲ at risk · since 20 Nov", "why *it* is so"]
    assert "What to do: " in text
    assert "Ola Nowak · Acme" in text


def test_what_got_better_asks_nothing() -> None:
    better = flipped(old=Status.AT_RISK, new=Status.ON_TRACK)
    assert "What to do" not in news_letter(words(CYCLE), better).text


def test_a_restatement_has_the_figures_and_nothing_is_no_zero() -> None:
    text = news_letter(words(CYCLE), RESTATED).text.replace("\xa0", " ")
    assert "The figure for 19 Nov has changed: 9 → –." in text
    assert "- leads, 18 Nov: 3 → –\n- and 2 more\n" in text


def test_a_failure_says_why_and_what_to_do() -> None:
    stale = news_letter(words(CYCLE), STALE).text.replace("\xa0", " ")
    assert "401 – renew it" in stale
    assert "No answer since 20 Nov 2026, 04:01 CET." in stale
    assert "- Win 100 leads\n- Win 10 deals\n" in stale
    failed = news_letter(words(CYCLE), FAILED).text
    assert "OSError: the disk is full" in failed
    assert "What to do: run okr sync" in failed


def test_a_long_outage_names_the_first_and_counts_the_rest() -> None:
    many = [
        LEADS.model_copy(update={"id": f"l{n}", "title": f"T{n}"}) for n in range(MOST_NAMED + 3)
    ]
    news = STALE.model_copy(update={"key_results": tuple(one.id for one in many)})
    text = news_letter(words(cycle(*many)), news).text
    assert f"- T{MOST_NAMED - 1}\n- and 3 more\n" in text


def test_it_leads_to_the_page_of_what_it_is_about() -> None:
    told = words(CYCLE, pages_url="https://okr.example/")
    assert "https://okr.example/w/acme/c/2026-Q4/leads" in news_letter(told, flipped()).text
    assert "https://okr.example/w/acme\n" in news_letter(told, FAILED).text
    assert "https" not in news_letter(words(CYCLE), flipped()).text


def test_a_key_result_that_the_files_lost_is_called_by_its_id() -> None:
    assert news_letter(words(), flipped()).title == "leads: on track → at risk"


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("news", EVERY)
def test_each_is_told_in_each_language(news: News, locale: str) -> None:
    told = news_letter(words(CYCLE, locale=locale), news)
    assert f'<html lang="{locale}">' in told.html
    if locale != "en":
        assert told.title != news_letter(words(CYCLE), news).title
        assert "What to do" not in told.text


def test_no_word_of_a_source_is_markup() -> None:
    evil = "<b>*x*</b> [y](http://z)"
    told = news_letter(words(CYCLE), STALE.model_copy(update={"reason": evil}))
    marks, text = shown.markdown(told.markdown)
    assert evil in text
    assert not {"link_open", "em_open", "html_inline"} & set(marks)
    assert evil in "".join(shown.html(told.html).texts)
