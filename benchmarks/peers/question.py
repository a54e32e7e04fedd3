"""The question that everybody is asked, the answer that is right, and how an answer is judged."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from benchmarks.quarter import FIRST, LAST, WARSAW
from okrmodel.windows import ONE_DAY
from okrmodel.windows import Window as Days
from sandbox import truth
from sandbox.company.tables import Company
from sandbox.truth import Window

MQL_DATE = "hs_v2_date_entered_marketingqualifiedlead"
MQLS, SESSIONS, USERS, SENDS = "MQLs", "sessions", "users to date", "sends"
QUESTION = (
    "MQLs per day, sessions per day, active users from the quarter's first day to each day, and"
    " emails sent per day, for the 92 days from 2026-10-01 in Europe/Warsaw"
)

Answer = dict[date, Decimal]


@dataclass(frozen=True)
class Judged:
    """What came of one part of the question."""

    text: str
    right: bool = False


def days() -> list[date]:
    return [*Days(FIRST, LAST + ONE_DAY).days()]


def right_answers(company: Company, now: datetime) -> dict[str, Answer]:
    """By the rows of the company, as known at that instant."""
    zone = str(WARSAW)
    answers: dict[str, Answer] = {MQLS: {}, SESSIONS: {}, USERS: {}, SENDS: {}}
    for day in days():
        alone, to_date = Window(day, day + ONE_DAY), Window(FIRST, day + ONE_DAY)
        mqls = truth.contacts_entered(company, "marketingqualifiedlead", alone, zone, now)
        answers[MQLS][day] = Decimal(mqls)
        answers[SESSIONS][day] = Decimal(truth.sessions(company, alone, now))
        answers[USERS][day] = Decimal(truth.active_users(company, to_date, now))
        answers[SENDS][day] = Decimal(truth.email_counter(company, "sent", alone, zone, now))
    return answers


def judge(given: Answer, right: Answer) -> Judged:
    """How many of the days are right; a day without an answer is not."""
    if not given:
        return Judged("no answer")
    good = sum(given.get(day) == value for day, value in right.items())
    return Judged(f"{good}/{len(right)}", good == len(right))


def per_day(instants: Iterable[datetime], zone: ZoneInfo) -> Answer:
    """How many of them lie in each day of the quarter; a day without any has 0."""
    counted = Counter(instant.astimezone(zone).date() for instant in instants)
    return {day: Decimal(counted[day]) for day in days()}
