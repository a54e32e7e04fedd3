"""Marketing emails: counters by when they were sent, and how many were published."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from connectors.contract import Ask
from connectors.errors import QueryError, RetrySoon
from connectors.hubspot.ahead import ahead
from connectors.hubspot.amounts import Tally
from connectors.hubspot.buckets import interval, totals
from connectors.hubspot.client import Answer, Client
from connectors.hubspot.email_query import EmailCounter, EmailsPublished, EmailType, EmailTypes
from connectors.hubspot.parts import Parts
from connectors.hubspot.reading import Proofs, Reading
from connectors.hubspot.scan import following
from connectors.hubspot.search import day_in, total_of
from connectors.hubspot.steps import HistogramStep, PublishedStep
from okrmodel.chunks import chunks
from okrmodel.observations import Observation
from okrmodel.windows import Window

IDS_IN_A_CALL = 100
"""Email ids in one address: about 2,300 characters, well below what servers refuse with 414."""
LISTED = 100
"""Emails on a page of the listing."""
MAX_LISTINGS = 3
"""Times that a listing is read because it changed meanwhile, before giving up for now."""

_MILLISECOND = timedelta(milliseconds=1)

Params = list[tuple[str, str]]
Email = dict[str, Any]
HasRoom = Callable[[int], bool]
"""Whether so many calls more may be made for the answer at hand."""


@dataclass(frozen=True)
class Listing:
    """Emails by id, and the pages that they stood on."""

    emails: dict[str, Email]
    answers: list[Answer]


@dataclass
class Mailing:
    """Answers questions about marketing emails."""

    client: Client
    zone: ZoneInfo
    """Days are cut in it."""
    now: Callable[[], datetime]
    portal_zone: Callable[[], ZoneInfo]
    """HubSpot cuts buckets in it."""
    _of_type: dict[EmailType, Listing] = field(default_factory=dict)

    def counters(self, step: HistogramStep) -> list[Observation]:
        """One call for series of days of any counters; with types, their emails are listed first."""
        observed_at, portal_zone = self.now(), self.portal_zone()
        windows = sorted({window for ask in step.serves for window in ask.windows})
        begins, ends = _span(windows, self.zone)
        asked = [
            ("interval", interval(windows, self.zone, portal_zone)),
            ("startTimestamp", _iso(begins)),
            ("endTimestamp", _iso(ends)),
        ]
        types = _counter(step.ask).type
        listing = self._sent_of(types, asked[1:]) if types else Listing({}, [])
        chunks = _chunks([*listing.emails]) if types else [[]]
        answers = [*ahead(partial(self.client.histogram, [*asked, *chunk]) for chunk in chunks)]
        proofs = Proofs.of([*listing.answers, *answers])
        found: list[Observation] = []
        for ask in step.serves:
            reading = Reading(ask, observed_at, proofs, source_zone=str(portal_zone))
            values: Mapping[Window, Decimal | None] = dict.fromkeys(ask.windows, Decimal(0))
            if answers:  # Without a single email of these types, nothing was sent.
                values = totals(answers, _counter(ask).emails, ask.windows, self.zone)
            found += (reading.observation(w, Tally(value)) for w, value in values.items())
        return found

    def published(self, step: PublishedStep) -> Iterator[list[Observation]]:
        """The emails published in the windows, listed and counted day by day here.

        In halves where the list is too long for one part.
        """
        ask, query = step.ask, step.ask.query
        if not isinstance(query, EmailsPublished):
            raise TypeError(f"{query!r} is not about published emails")
        parts = Parts(self.client, ask.windows)
        for windows in parts:
            observed_at = self.now()
            listing = self._published_in(windows, query.type, parts)
            if listing is None:
                parts.halve(windows)
                continue
            reading = Reading(ask, observed_at, Proofs.of(listing.answers), "publishedAt")
            yield [
                reading.observation(window, Tally(Decimal(count), records=count))
                for window, count in self._by_window(listing, windows).items()
            ]
            parts.room.end()

    def _published_in(
        self, windows: Sequence[Window], types: EmailTypes, parts: Parts
    ) -> Listing | None:
        begins, ends = _span(windows, self.zone)
        # Whether publishedAfter takes in the instant itself is not documented: a millisecond
        # more is enough either way, and what is too much is dropped when it is counted.
        asked = [
            ("isPublished", "true"),
            ("publishedAfter", _iso(begins - _MILLISECOND)),
            ("publishedBefore", _iso(ends)),
        ]
        return self._listing(asked, types, lambda calls: parts.has_room(windows, calls))

    def _by_window(self, listing: Listing, windows: Sequence[Window]) -> dict[Window, int]:
        days = sorted(map(self._published_on, listing.emails.values()))
        return {w: bisect_left(days, w.end) - bisect_left(days, w.start) for w in windows}

    def _published_on(self, email: Email) -> date:
        try:
            return day_in(str(email.get("publishedAt")), self.zone, calendar=False)
        except ValueError:
            raise QueryError(
                f"HubSpot lists email {email.get('id')} as published, but not since when"
            ) from None

    def _sent_of(self, types: EmailTypes, span: Params) -> Listing:
        """The emails of these types; where they are many, only those sent in the span."""
        listing = self._listing_of(types)
        if len(listing.emails) <= IDS_IN_A_CALL:
            return listing
        answer = self.client.email_ids(span)
        ids = answer.content.get("emails")
        if not isinstance(ids, list):
            raise QueryError(f"HubSpot's answer to {answer.query} does not say which emails")
        sent = {str(each) for each in ids}
        emails = {each: email for each, email in listing.emails.items() if each in sent}
        return Listing(emails, [*listing.answers, answer])

    def _listing_of(self, types: EmailTypes) -> Listing:
        """Every email of these types, archived ones too, since they were sent; remembered."""
        for one in types:
            if one not in self._of_type:
                asked = [[("archived", word)] for word in ("false", "true")]
                parts = [self._listing(each, (one,), lambda _: True) for each in asked]
                self._of_type[one] = _joined([part for part in parts if part])
        return _joined([self._of_type[one] for one in types])

    def _listing(self, asked: Params, types: EmailTypes, has_room: HasRoom) -> Listing | None:
        """The emails of all types, or of each of some; None where there is no room for so many."""
        parts = []
        for of in [[("type", one)] for one in types] or [[]]:
            part = self._settled([*asked, *of], has_room)
            if part is None:
                return None
            parts.append(part)
        return _joined(parts)

    def _settled(self, asked: Params, has_room: HasRoom) -> Listing | None:
        """A listing that holds as many emails as it says.

        Raises:
            RetrySoon: It changed each time.
        """
        for _ in range(MAX_LISTINGS):
            listing = Listing({}, [])
            for answer in self._pages(asked):
                if not listing.answers and not has_room((total_of(answer.content) - 1) // LISTED):
                    return None
                listing.answers.append(answer)
                listing.emails.update(_emails(answer))
            if len(listing.emails) == total_of(listing.answers[0].content):
                return listing
        raise RetrySoon(
            "the listing of emails changed each time while it was read",
            remedy="nothing to do: the next run asks again",
        )

    def _pages(self, asked: Params) -> Iterator[Answer]:
        """Page after page, for as long as HubSpot promises more.

        Raises:
            RetrySoon: It promises what it has given already.
        """
        asked = [*asked, ("includedProperties", "publishedAt"), ("limit", str(LISTED))]
        answer = self.client.emails(asked)
        yield answer
        seen = set()
        while (after := following(answer)) is not None:
            if after in seen:
                raise RetrySoon(
                    "the listing of emails goes in a circle",
                    remedy="nothing to do: the next run asks again",
                )
            seen.add(after)
            # The cursor comes percent-encoded already.
            answer = self.client.emails([*asked, ("after", unquote(after))])
            yield answer


def _counter(ask: Ask) -> EmailCounter:
    if not isinstance(ask.query, EmailCounter):
        raise TypeError(f"{ask.query!r} is no counter of emails")
    return ask.query


def _joined(listings: Sequence[Listing]) -> Listing:
    joined = Listing({}, [])
    for listing in listings:
        joined.emails.update(listing.emails)
        joined.answers.extend(listing.answers)
    return joined


def _emails(answer: Answer) -> dict[str, Email]:
    try:
        return {str(email["id"]): email for email in answer.content["results"]}
    except (KeyError, TypeError):
        raise QueryError(f"HubSpot's answer to {answer.query} is no page of emails") from None


def _chunks(ids: Sequence[str]) -> list[Params]:
    return [[("emailIds", each) for each in some] for some in chunks(ids, IDS_IN_A_CALL)]


def _span(windows: Sequence[Window], zone: ZoneInfo) -> tuple[datetime, datetime]:
    return Window(windows[0].start, max(window.end for window in windows)).instants(zone)


def _iso(instant: datetime) -> str:
    """As HubSpot writes instants itself; emails take no milliseconds since 1970."""
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
