"""What every key result of the shipped config must be, worked out from the pretend company's rows.

A second way to the same numbers: it shares no code with okrmodel, and reads the check-ins and the
ledger by itself. A value is a `Fraction`, or None where there is nothing to tell yet.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from sandbox import truth
from sandbox.company.tables import Company

DAY = timedelta(days=1)
STARTS = date(2026, 10, 1)
DAYS = tuple(STARTS + n * DAY for n in range(53))
"""1 October to 22 November."""
LAST = DAYS[-1]
QUARTER_BEFORE = truth.Window(date(2026, 7, 1), STARTS)
SEPTEMBER = truth.Window(date(2026, 9, 1), STARTS)
OCTOBER = truth.Window(STARTS, date(2026, 11, 1))

MQL, SQL = "marketingqualifiedlead", "salesqualifiedlead"
INBOUND = ("ORGANIC_SEARCH", "DIRECT_TRAFFIC", "REFERRALS", "SOCIAL_MEDIA", "EMAIL_MARKETING")
ORGANIC = truth.Filters(channels=("Organic Search",))

Value = Fraction | None


@dataclass(frozen=True, eq=False)
class Oracle:
    """The pretend company's rows, as known at one instant."""

    company: Company
    zone: str
    known_at: datetime
    root: Path
    """The workspace's folder, with what people wrote."""

    def value(self, key_result: str, day: date) -> Value:
        """What the key result shows at the end of a day."""
        return VALUES[key_result](self, day)

    # Windows

    def to_date(self, day: date) -> truth.Window:
        return truth.Window(STARTS, day + DAY)

    def trailing(self, day: date) -> truth.Window:
        """28 days, that day the last."""
        return truth.Window(day - 27 * DAY, day + DAY)

    def weeks(self, day: date) -> list[truth.Window]:
        """The weeks from Monday to Sunday inside the cycle that are over; 1 October is a Thursday."""
        mondays = [date(2026, 10, 5) + n * 7 * DAY for n in range(13)]
        return [truth.Window(m, m + 7 * DAY) for m in mondays if m + 6 * DAY <= day]

    def month(self, day: date) -> truth.Window | None:
        """October once it is over: November is not, in these days."""
        return OCTOBER if day >= date(2026, 10, 31) else None

    # What is counted

    def entered(self, stage: str, window: truth.Window, sources: Any = None) -> Fraction:
        known = (self.zone, self.known_at)
        return Fraction(
            truth.contacts_entered(self.company, stage, window, *known, sources=sources)
        )

    def counter(self, name: truth.EmailCounter, window: truth.Window) -> Fraction:
        found = truth.email_counter(self.company, name, window, self.zone, self.known_at)
        return Fraction(found)

    def rate(
        self, top: truth.EmailCounter, bottom: truth.EmailCounter, window: truth.Window
    ) -> Value:
        return ratio(self.counter(top, window), self.counter(bottom, window))

    @cache  # noqa: B019 - an oracle lives as long as the test run
    def open_rates(self, day: date) -> tuple[Value, ...]:
        return tuple(self.rate("open", "delivered", week) for week in self.weeks(day))

    # What people wrote

    @cached_property
    def written(self) -> dict[str, dict[str, Any]]:
        """The key results as they stand in the file, by id."""
        content = yaml.safe_load((self.root / "okrs/2026-Q4.yaml").read_text("utf-8"))
        return {k["id"]: k for each in content["objectives"] for k in each["key_results"]}

    @cached_property
    def check_ins(self) -> list[dict[str, Any]]:
        text = (self.root / "checkins/2026-Q4.yaml").read_text("utf-8")
        return sorted(yaml.safe_load(text), key=lambda entry: entry["date"])

    def said(self, key_result: str, day: date) -> list[dict[str, Any]]:
        return [c for c in self.check_ins if c["key_result"] == key_result and c["date"] <= day]

    def spent(self, day: date) -> Fraction:
        """Over the cycle to date."""
        with (self.root / "checkins/ad_spend.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        until = day.isoformat()
        return sum((Fraction(row["spend"]) for row in rows if row["date"] <= until), Fraction())


def ratio(top: Fraction, bottom: Fraction) -> Value:
    return top / bottom if bottom else None


def _inbound(of: Oracle, day: date) -> Value:
    weeks = [of.entered(MQL, week, INBOUND) for week in of.weeks(day)]
    return sum(weeks, Fraction()) / len(weeks) if weeks else None


def _newsletters(of: Oracle, day: date) -> Value:
    if day < date(2026, 11, 1):
        return None
    window = truth.Window(date(2026, 11, 1), day + DAY)
    return Fraction(
        truth.emails_published(of.company, window, of.zone, of.known_at, type="BATCH_EMAIL")
    )


def _last_total(key_result: str) -> Callable[[Oracle, date], Value]:
    def value(of: Oracle, day: date) -> Value:
        said = of.said(key_result, day)
        return Fraction(said[-1]["value"]) if said else None

    return value


def _trained(of: Oracle, day: date) -> Value:
    said = of.said("crm-training", day)
    return Fraction(sum(entry["value"] for entry in said)) if said else None


def _steps_done(of: Oracle, day: date) -> Value:
    return Fraction(len({entry["milestone"] for entry in of.said("funnel-dashboard", day)}))


def _hard_bounces(of: Oracle, day: date) -> Value:
    month = of.month(day)
    return of.rate("hardbounced", "delivered", month) if month else None


def _open_rate(of: Oracle, day: date) -> Value:
    rates = of.open_rates(day)
    return rates[-1] if rates else None


def _active_users(of: Oracle, day: date) -> Value:
    month = of.month(day)
    return Fraction(truth.active_users(of.company, month, of.known_at)) if month else None


def _key_events(of: Oracle, day: date) -> Value:
    window = truth.Window(day.replace(day=1), day + DAY)
    return Fraction(truth.key_events(of.company, window, of.known_at))


def _revenue(of: Oracle, window: truth.Window) -> Value:
    return Fraction(truth.deals_won_amount(of.company, window, of.zone, of.known_at))


def _pipeline(of: Oracle, day: date) -> Value:
    """HubSpot knows no yesterday: only the day that has just ended has a value."""
    return Fraction(truth.open_pipeline_amount(of.company, of.known_at)) if day == LAST else None


def _monthly_sqls(of: Oracle, day: date) -> Value:
    month = of.month(day)
    return of.entered(SQL, month) if month else None


def _lead_rate(of: Oracle, day: date) -> Value:
    window = of.trailing(day)
    created = truth.contacts_created(of.company, window, of.zone, of.known_at)
    return ratio(Fraction(created), Fraction(truth.sessions(of.company, window, of.known_at)))


VALUES: dict[str, Callable[[Oracle, date], Value]] = {
    "mqls": lambda of, day: of.entered(MQL, of.to_date(day)),
    "inbound-mqls": _inbound,
    "sqls": lambda of, day: of.entered(SQL, of.to_date(day)),
    "newsletters": _newsletters,
    "approved-okrs": _last_total("approved-okrs"),
    "lifecycle-stages": _last_total("lifecycle-stages"),
    "crm-training": _trained,
    "funnel-dashboard": _steps_done,
    "clean-list": _hard_bounces,
    "sessions": lambda of, day: Fraction(truth.sessions(of.company, of.to_date(day), of.known_at)),
    "organic-sessions": lambda of, day: Fraction(
        truth.sessions(of.company, of.trailing(day), of.known_at, ORGANIC)
    ),
    "active-users": _active_users,
    "key-events": _key_events,
    "deals-won": lambda of, day: Fraction(
        truth.deals_won(of.company, of.to_date(day), of.zone, of.known_at)
    ),
    "revenue": lambda of, day: _revenue(of, of.to_date(day)),
    "pipeline": _pipeline,
    "monthly-sqls": _monthly_sqls,
    "product-leads": lambda _of, _day: None,
    "sql-rate": lambda of, day: ratio(
        of.entered(SQL, of.to_date(day)), of.entered(MQL, of.to_date(day))
    ),
    "cost-per-mql": lambda of, day: ratio(of.spent(day), of.entered(MQL, of.to_date(day))),
    "lead-rate": _lead_rate,
    "open-rate": _open_rate,
}
"""By key result, in the order of the file."""


def previous(of: Oracle, key_result: str) -> Value:
    """The figure of the quarter before, where the definition speaks of it."""
    match key_result:
        case "mqls":
            return of.entered(MQL, QUARTER_BEFORE)
        case "revenue":
            return _revenue(of, QUARTER_BEFORE)
        case "sessions":
            return Fraction(truth.sessions(of.company, QUARTER_BEFORE, of.known_at))
        case _:
            return None


def way(of: Oracle, key_result: str, day: date) -> tuple[Fraction, Fraction] | None:
    """Where the way begins and ends, as of a day; maintained ones and milestones have none."""
    written = of.written[key_result]
    if written.get("kind") in {"maintain", "milestones"}:
        return None
    begin = exact(written.get("from", 0)) if key_result != "monthly-sqls" else None
    in_force = [t["target"] for t in written.get("targets", ()) if t["from"] <= day]
    target = in_force[-1] if in_force else written["target"]
    if isinstance(target, str):
        assert target.startswith("previous * ")
        target = (previous(of, key_result) or 0) * exact(target.split()[-1])
    return of.entered(SQL, SEPTEMBER) if begin is None else begin, exact(target)


def exact(number: object) -> Fraction:
    """A number as somebody wrote it: the float's shortest text is just that."""
    return Fraction(str(number))


def progress(of: Oracle, key_result: str, day: date) -> Value:
    """The share of the way, or of the periods or the weight that count."""
    value = of.value(key_result, day)
    if value is None:
        return None
    match key_result:
        case "funnel-dashboard":
            done = {entry["milestone"] for entry in of.said(key_result, day)}
            weights = {s["id"]: s.get("weight", 1) for s in of.written[key_result]["steps"]}
            return Fraction(sum(weights[step] for step in done), sum(weights.values()))
        case "clean-list":
            return Fraction(value <= exact(of.written[key_result]["at_most"]))
        case "open-rate":
            rates = of.open_rates(day)
            bound = exact(of.written[key_result]["at_least"])
            met = sum(rate is not None and rate >= bound for rate in rates)
            return Fraction(met, len(rates))
    found = way(of, key_result, day)
    return (value - found[0]) / (found[1] - found[0]) if found else None
