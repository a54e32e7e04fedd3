"""What `okr doctor` finds out about a HubSpot connection, with few calls.

One for the account, whose answer tells its limits, too; for each object that the asks use, one for
its properties and one search to see that the token may; one for the stages of deals, where any are
named; for emails, one listing.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connectors.contract import Ask, Connection, Finding, Identity, Written, failed
from connectors.errors import ConnectorError, QueryError
from connectors.hubspot.client import Client
from connectors.hubspot.email_query import EmailQuery
from connectors.hubspot.query import CrmQuery, Entered, InStage
from connectors.hubspot.quotas import BURST, Told
from connectors.hubspot.schema import Schema, did_you_mean
from connectors.hubspot.search import count_body
from okrmodel.windows import day_begins, day_of


class Asked(NamedTuple):
    """A question about records, with its fingerprint."""

    mark: str
    query: CrmQuery


def examine(connection: Connection, identity: Identity, portal_zone: ZoneInfo) -> Iterator[Finding]:
    """Whether the account is the declared one, and how its days lie to ours."""
    yield Finding(ok=True, subject="token", message=f"good for {identity.title}")
    declared = connection.options.account
    if identity.account == declared:
        yield Finding(ok=True, subject="account", message=f"portal {declared}, as declared")
    else:
        yield Finding(
            ok=False,
            subject="account",
            message=f"the token is of portal {identity.account}, the connection declares {declared}",
            remedy="correct `portal`, or use the token of that portal",
        )
    today = day_of(connection.now(), connection.zone)
    agree = day_begins(today, connection.zone) == day_begins(today, portal_zone)
    how = "as ours are" if agree else f"not as in {connection.zone}"
    yield Finding(
        ok=True,
        subject="time zone",
        message=f"HubSpot's days are those of {portal_zone}, {how}; records and email statistics"
        " are cut by the exact instants",
    )


def examine_limits(told: Told) -> Finding:
    """What the account's own answer said of them; searches have five a second, untold."""
    if told.burst is None:
        message = f"HubSpot tells none: {BURST.calls:g} requests in {BURST.seconds:g} seconds taken"
    else:
        message = f"{told.burst} requests in {told.seconds:g} seconds"
        if told.left is not None:
            of = f" of {told.day:,}" if told.day else ""
            message += f", {told.left:,}{of} left today"
    return Finding(ok=True, subject="limits", message=message)


def examine_asks(client: Client, schema: Schema, asks: Sequence[Ask]) -> Iterator[Finding]:
    """Whether the token may read what is asked, and whether every name in it exists."""
    crm = [Asked(ask.fingerprint, ask.query) for ask in asks if isinstance(ask.query, CrmQuery)]
    for kind in sorted({asked.query.object for asked in crm}):
        yield from _records(client, schema, kind, [one for one in crm if one.query.object == kind])
    if any(isinstance(ask.query, EmailQuery) for ask in asks):
        yield _may("marketing emails", lambda: client.emails([("limit", "1")]))


def _may(what: str, ask: Callable[[], object]) -> Finding:
    try:
        ask()
    except ConnectorError as error:
        return failed("scopes", error)
    return Finding(ok=True, subject="scopes", message=f"the token may read {what}")


def _records(
    client: Client, schema: Schema, kind: str, asked: Sequence[Asked]
) -> Iterator[Finding]:
    allowed = _may(kind, lambda: client.search(kind, count_body(())))
    yield allowed
    if not allowed.ok:
        return
    try:
        listed = schema.load(kind)
        names = sorted({name for one in asked for name in one.query.names})
        for name in names:
            yield _named(schema, kind, name, listed, asked)
        for one in asked:
            yield from _stage(schema, one)
            yield from _values(schema, one)
    except ConnectorError as error:
        yield failed(f"names in {kind}", error)


def _named(
    schema: Schema, kind: str, name: str, listed: Sequence[str], asked: Sequence[Asked]
) -> Finding:
    # The listing may lack properties that exist all the same.
    if schema.property(kind, name) is not None:
        return Finding(ok=True, subject="property", message=f"{kind} have {name}")
    return Finding(
        ok=False,
        subject="property",
        message=f"{kind} have no property {name}",
        remedy=did_you_mean(name, dict.fromkeys(listed, ""))
        or "take the internal name from HubSpot's property settings",
        mistake="unknown-property",
        written=tuple(Written(one.mark, (), name) for one in asked if name in one.query.names),
    )


def _stage(schema: Schema, asked: Asked) -> Iterator[Finding]:
    query = asked.query
    if isinstance(query, Entered):
        try:
            name = schema.date_property(query).name
        except QueryError as error:
            where = Written(asked.mark, ("entered",))
            yield failed("stage names", error, "unknown-stage", where)
        else:
            yield Finding(ok=True, subject="stage names", message=f"{query.words}: {name}")
    if isinstance(query, InStage):
        known = schema.has_stage(query)
        yield Finding(
            ok=known,
            subject="stage names",
            message=f"{query.object} have {'a' if known else 'no'} stage {query.in_stage}",
            remedy="" if known else schema.stage_remedy(query.object, query.in_stage),
            mistake=None if known else "unknown-stage",
            written=() if known else (Written(asked.mark, ("in_stage",)),),
        )


def _values(schema: Schema, asked: Asked) -> Iterator[Finding]:
    """Values that no record can have, because the property offers a choice without them."""
    query = asked.query
    for name, value, options in schema.strangers(query):
        yield Finding(
            ok=False,
            subject="value",
            message=f"{name} of {query.object} is never {value!r}",
            remedy=did_you_mean(value, options) or f"one of {', '.join(options)}",
            mistake="unknown-value",
            written=(Written(asked.mark, ("where", name), value),),
        )
