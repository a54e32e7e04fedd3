"""The question that everybody is asked, the answer that is right, and how an answer is judged."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from benchmarks.quarter import FIRST, LAST, WARSAW
from okrmodel.windows import ONE_DAY
from okrmodel.windows import Window as Days
from sandbox import truth
from sandbox.company.tables import Company
from sandbox.truth import Window

MQL_DATE = "hs_v2_date_entered_marketingqualifiedlead"
MQLS, SESSIONS, USERS, SENDS = "MQLs", "sessions", "users to date", "sends"
MQLS_UTC = "MQLs by UTC days"
"""What a peer's reader gets who does not know of the zone: peers load instants, and know no days."""
PARTS = (MQLS, SESSIONS, USERS, SENDS)
QUESTION = (
    "MQLs per day, sessions per day, active users from the quarter's first day to each day, and"
    " emails sent per day, for the 92 days from 2026-10-01 in Europe/Warsaw"
)

Answer = dict[date, Decimal]


def days() -> list[date]:
    return [*Days(FIRST, LAST + ONE_DAY).days()]


def right_answers(company: Company, now: datetime) -> dict[str, Answer]:
    """By the rows of the company, as known at that instant."""
    zone = str(WARSAW)
    answers: dict[str, Answer] = {part: {} for part in PARTS}
    for day in days():
        alone, to_date = Window(day, day + ONE_DAY), Window(FIRST, day + ONE_DAY)
        entered = truth.contacts_entered(company, "marketingqualifiedlead", alone, zone, now)
        answers[MQLS][day] = Decimal(entered)
        answers[SESSIONS][day] = Decimal(truth.sessions(company, alone, now))
        answers[USERS][day] = Decimal(truth.active_users(company, to_date, now))
        answers[SENDS][day] = Decimal(truth.email_counter(company, "sent", alone, zone, now))
    return answers


def judge(given: Answer, right: Answer) -> str:
    """How many of the days are right; a day without an answer is not."""
    good = sum(given.get(day) == value for day, value in right.items())
    return f"{good}/{len(right)}" if given else "no answer"


def mqls(instants: Iterable[datetime]) -> dict[str, Answer]:
    """The answer that the stage's dates of all contacts give, in the portal's days and in UTC's."""
    read = [*instants]
    return {MQLS: _per_day(read, WARSAW), MQLS_UTC: _per_day(read, UTC)}


def _per_day(instants: Iterable[datetime], zone: tzinfo) -> Answer:
    counted = Counter(instant.astimezone(zone).date() for instant in instants)
    return {day: Decimal(counted[day]) for day in days()}
