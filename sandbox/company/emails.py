"""Marketing emails, and what became of each delivery in the weeks after."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sandbox.company.contacts import WORKING_WEEK
from sandbox.company.days import DAY_MS, HOUR_MS, MINUTE_MS, Days
from sandbox.company.draws import Bracket, chance, from_brackets, ids, pick
from sandbox.company.tables import NEVER, Contacts, Deliveries, Emails, Flags, Ints

_FIRST_ID = 190_000_000_000
_SENDING_MS = 12 * MINUTE_MS
_MINUTES_TO_OPEN: tuple[Bracket, ...] = (
    (30, 1, 60),
    (28, 61, 360),
    (20, 361, 1440),
    (12, 1441, 4320),
    (7, 4321, 20_160),
    (3, 20_161, 60_480),
)
"""From a minute to six weeks: opens trickle in ever more thinly."""
_MINUTES_TO_CLICK: tuple[Bracket, ...] = ((80, 1, 10), (15, 11, 240), (5, 241, 10_000))


class _Mailing(NamedTuple):
    name: str
    type: str
    sent_ms: int
    recipients: int


def send(
    rng: np.random.Generator, days: Days, contacts: Contacts, recipients: int
) -> tuple[Emails, Deliveries]:
    """All emails of the story, newsletters to at most `recipients` of the contacts there are."""
    mailings = sorted(_mailings(days, recipients), key=lambda mailing: mailing.sent_ms)
    sent = np.array([mailing.sent_ms for mailing in mailings], dtype=np.int64)
    types = np.array([mailing.type for mailing in mailings])
    automated: Flags = types == "AUTOMATED_EMAIL"
    size = len(mailings)
    emails = Emails(
        id=ids(rng, _FIRST_ID, size),
        name=np.array([mailing.name for mailing in mailings]),
        type=types,
        created_ms=sent - from_brackets(rng, ((100, 1, 9),), size) * DAY_MS,
        published_ms=sent - np.where(automated, HOUR_MS, 0),
        sent_ms=sent,
    )
    asked = np.array([mailing.recipients for mailing in mailings], dtype=np.int64)
    volume = np.where(automated, asked, np.minimum(asked, _alive(contacts, sent)))
    return emails, _deliver(rng, days, sent, volume, automated)


def _mailings(days: Days, recipients: int) -> Iterator[_Mailing]:
    """The calendar of sends; now and then one goes out around midnight or on a clock change."""
    changes = days.clock_changes()
    for day in range(days.history, days.count):
        passed = day - days.history
        number, weekday = passed // 7 + 1, int(days.weekday[day])
        midnight = int(days.starts_ms[day])
        share = 70 + 30 * passed // (days.count - days.history)
        newsletter = _Mailing(f"Newsletter {number}", "BATCH_EMAIL", 0, recipients * share // 100)
        if changes[day]:
            sunday = midnight + 10 * MINUTE_MS
            yield newsletter._replace(name=f"Sunday letter {number}", sent_ms=sunday)
        elif weekday == 1:
            past_midnight = number % 9 == 5
            after = 24 * HOUR_MS - 5 * MINUTE_MS if past_midnight else 10 * HOUR_MS
            yield newsletter._replace(sent_ms=midnight + after)
        elif weekday == 3 and number % 2 == 1:
            sent = midnight + 14 * HOUR_MS
            yield _Mailing(f"Test {number}", "AB_EMAIL", sent, recipients // 4)
        elif weekday == 4:
            yield _Mailing(f"Blog {number}", "RSS_EMAIL", midnight + 7 * HOUR_MS, recipients // 8)
    for step in range(3):
        sent = int(days.starts_ms[days.history + 5 + 60 * step]) + 9 * HOUR_MS
        yield _Mailing(f"Welcome {step + 1}", "AUTOMATED_EMAIL", sent, 2 * recipients)


def _alive(contacts: Contacts, at_ms: Ints) -> Ints:
    """How many contacts there are at each instant."""
    created = np.searchsorted(contacts.created_ms, at_ms, side="right")
    gone: Ints = np.searchsorted(np.sort(contacts.gone_ms), at_ms, side="right")
    return created - gone


def _deliver(
    rng: np.random.Generator, days: Days, sent: Ints, volume: Ints, automated: Flags
) -> Deliveries:
    email = np.repeat(np.arange(len(sent)), volume)
    size = len(email)
    at = sent[email] + rng.integers(0, _SENDING_MS, size)
    on_its_own_day = automated[email]
    at[on_its_own_day] = _spread(rng, days, sent[email[on_its_own_day]])
    order = np.argsort(at, kind="stable")
    email, at = email[order], at[order]

    hard = chance(rng, 8, size)
    delivered = ~hard & chance(rng, 975, size)
    opened = _after(rng, at, delivered & chance(rng, 400, size), _MINUTES_TO_OPEN)
    reads = opened < NEVER
    return Deliveries(
        email=email,
        sent_ms=at,
        delivered=delivered,
        hard_bounce=hard,
        opened_ms=opened,
        clicked_ms=_after(rng, opened, reads & chance(rng, 130, size), _MINUTES_TO_CLICK),
        unsubscribed_ms=_after(rng, opened, reads & chance(rng, 9, size), _MINUTES_TO_CLICK),
        spam_ms=_after(rng, at, delivered & chance(rng, 1, size), _MINUTES_TO_OPEN),
    )


def _spread(rng: np.random.Generator, days: Days, since: Ints) -> Ints:
    """Automated emails go to each contact on its own day, from the day after the first on."""
    weights = days.weights(WORKING_WEEK)
    instant = np.empty_like(since)
    for first in np.unique(since):
        rows = np.flatnonzero(since == first)
        day = int(days.of(first)) + 1
        instant[rows] = days.instants(rng, day + pick(rng, weights[day:], len(rows)))
    return instant


def _after(
    rng: np.random.Generator, since: Ints, happens: Flags, minutes: tuple[Bracket, ...]
) -> Ints:
    size = len(since)
    lag = from_brackets(rng, minutes, size) * MINUTE_MS + rng.integers(0, MINUTE_MS, size)
    return np.where(happens, np.where(happens, since, 0) + lag, NEVER)
