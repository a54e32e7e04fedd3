"""What every connector keeps, ours or a third party's: run it from your own tests.

    @pytest.mark.parametrize("promise", PROMISES, ids=lambda p: p.__name__)
    def test_my_connector_keeps_its_promises(promise):
        assert list(promise(Sample(CONNECTOR, ...))) == []

Each promise takes a `Sample` and yields what breaks it, in words; nothing when it is kept.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, PydanticUserError, ValidationError

from connectors.contract import MOST_CALLS, Ask, Connector, Finding, Session, Step, answers
from connectors.errors import ConnectorError
from okrmodel.definitions.query import ConnectionOptions, fingerprint
from okrmodel.observations import Observation


@dataclass(frozen=True)
class Sample:
    """A connector with a source to speak to, pretend or real."""

    connector: Connector
    package: str
    """What a registry imports: "okr_matomo"."""
    sdks: tuple[str, ...]
    """Top-level modules that importing the package must not load."""
    options: ConnectionOptions
    asks: Sequence[Ask]
    """A few questions of each kind, each with several windows, that the source can answer."""
    connect: Callable[[], Session]
    """A new session with the working source, each time."""
    connect_broken: Callable[[], Session]
    """A new session, with the same secrets, whose source fails in whatever way."""
    secrets: Sequence[str]
    """The plain secrets, and the parts of them that must not show anywhere."""
    now: datetime
    """What `connection.now` says throughout."""


def importing_loads_no_sdk(sample: Sample) -> Iterator[str]:
    """A config is linted in a moment: only connecting may load what speaks to the source."""
    script = f"import sys, {sample.package}; print('\\n'.join(sys.modules))"
    found = subprocess.run(  # noqa: S603 - the package under test, imported afresh
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    if found.returncode:
        yield f"import {sample.package} fails: {found.stderr.strip().splitlines()[-1]}"
    loaded = {name.partition(".")[0] for name in found.stdout.split()}
    yield from (f"import {sample.package} loads {sdk}" for sdk in sample.sdks if sdk in loaded)


def definitions_are_frozen_and_closed(sample: Sample) -> Iterator[str]:
    """Options and queries change never, and refuse keys that mean nothing."""
    for value in (sample.options, *(ask.query for ask in sample.asks)):
        kind = type(value)
        try:
            kind.model_validate(value.model_dump(by_alias=True) | {"no-such-key": 1})
        except ValidationError:
            pass
        else:
            yield f"{kind.__name__} accepts unknown keys"
        if not _is_frozen(value):
            yield f"{kind.__name__} can be changed"


def _is_frozen(value: BaseModel) -> bool:
    name = next(iter(type(value).model_fields))
    try:
        setattr(value, name, getattr(value, name))
    except ValidationError:
        return True
    return False


def definitions_have_a_schema(sample: Sample) -> Iterator[str]:
    """Editors complete and check what is written."""
    connector = sample.connector
    for what, schema in (
        ("options", connector.options.model_json_schema),
        ("query", connector.query.json_schema),
    ):
        try:
            schema()
        except PydanticUserError as error:
            yield f"the {what} have no JSON schema: {error}"


def canonical_form_is_stable(sample: Sample) -> Iterator[str]:
    """The same question gives the same fingerprint, however it was written."""
    for ask in sample.asks:
        try:
            expected = _fingerprint(sample, ask, ask.query)
        except TypeError as error:
            yield f"the canonical form of {ask.query!r} is no plain JSON: {error}"
            continue
        written = ask.query.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        spelled_out = ask.query.model_dump(mode="json", by_alias=True, exclude_none=True)
        for how, raw in (
            ("in another order", dict(reversed(written.items()))),
            ("with its defaults spelled out", spelled_out),
        ):
            again = sample.connector.query.validate_python(raw)
            if _fingerprint(sample, ask, again) != expected:
                yield f"{ask.query!r} has another fingerprint when written {how}"


def _fingerprint(sample: Sample, ask: Ask, query: Any) -> str:
    zone, account = "Europe/Warsaw", sample.options.account
    return fingerprint(sample.connector.name, account, query, zone, ask.aggregation)


def plan_serves_every_window_once(sample: Sample) -> Iterator[str]:
    """Nothing is forgotten, nothing asked twice, and no step is longer than a kill may cost."""
    steps = sample.connector.plan(sample.asks, sample.options)
    wanted = Counter((a.fingerprint, w) for a in sample.asks for w in a.windows)
    served = Counter(_served(steps))
    yield from (f"no step serves {_told(key)}" for key in wanted - served)
    yield from (f"served once too often: {_told(key)}" for key in served - wanted)
    for step in steps:
        if not 0 <= step.calls <= MOST_CALLS:
            yield f"step {step.title!r} costs {step.calls} calls, expected 0 to {MOST_CALLS}"
        if not step.title:
            yield "a step has no title"


def plan_is_pure(sample: Sample) -> Iterator[str]:
    """The same asks give the same steps; none give none."""
    plan = sample.connector.plan
    if list(plan(sample.asks, sample.options)) != list(plan(sample.asks, sample.options)):
        yield "planning twice gives different steps"
    if list(plan((), sample.options)):
        yield "planning nothing gives steps"


def connecting_sends_nothing(sample: Sample) -> Iterator[str]:
    """Opening is free, and closing may be repeated."""
    session = sample.connect()
    if session.calls:
        yield f"connecting sends {session.calls} requests"
    session.close()
    session.close()
    if session.calls:
        yield f"closing sends {session.calls} requests"


def identity_is_the_declared_account(sample: Sample) -> Iterator[str]:
    """Asked once and remembered; a zone, where there is one, is an IANA name."""
    session = sample.connect()
    identity = session.identity()
    calls = session.calls
    if session.identity() != identity or session.calls != calls:
        yield "the identity is not remembered"
    session.close()
    if identity.account != sample.options.account:
        yield f"the account is {identity.account}, declared was {sample.options.account}"
    if identity.zone is not None:
        try:
            ZoneInfo(identity.zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield f"{identity.zone!r} is no IANA zone"


def steps_answer_what_they_serve(sample: Sample) -> Iterator[str]:
    """One observation for each window of each ask, made at `connection.now`, in small parts."""
    session = sample.connect()
    for step in sample.connector.plan(sample.asks, sample.options):
        found: list[Observation] = []
        before = session.calls
        for part in session.run(step):
            if (calls := session.calls - before) > MOST_CALLS:
                yield f"a part of {step.title!r} costs {calls} calls, expected at most {MOST_CALLS}"
            before = session.calls
            found += answers(part)
        answered = Counter((o.fingerprint, o.window) for o in found)
        served = Counter(_served([step]))
        yield from (f"{step.title!r} leaves out {_told(key)}" for key in served - answered)
        yield from (f"{step.title!r} adds {_told(key)}" for key in answered - served)
        if any(o.observed_at != sample.now for o in found):
            yield f"{step.title!r} does not take observed_at from connection.now"
        if any(not o.evidence.queries for o in found):
            yield f"{step.title!r} gives no evidence of what was asked"
    session.close()


def findings_say_what_to_do(sample: Sample) -> Iterator[str]:
    """Doctor never raises, and what is wrong comes with a remedy."""
    for kind, findings in (
        ("working", _findings(sample.connect(), sample.asks)),
        ("broken", _findings(sample.connect_broken(), sample.asks)),
    ):
        for finding in findings:
            if isinstance(finding, Exception):
                yield f"doctor of a {kind} source raises {type(finding).__name__}"
            elif not (finding.subject and finding.message and (finding.ok or finding.remedy)):
                yield f"doctor of a {kind} source says too little: {finding}"
            elif kind == "working" and not finding.ok:
                yield f"doctor finds fault with a working source: {finding.message}"


def failures_are_of_the_tree(sample: Sample) -> Iterator[str]:
    """A source that fails raises a ConnectorError that says something."""
    errors = list(_errors(sample))
    if not errors:
        yield "a broken source raises nothing"
    for error in errors:
        if not isinstance(error, ConnectorError):
            yield f"a broken source raises {type(error).__name__}, which is no ConnectorError"
        elif type(error) is ConnectorError:
            yield "a broken source raises a bare ConnectorError: which kind of failure is it?"
        elif not str(error):
            yield f"{type(error).__name__} says nothing"


def secrets_never_show(sample: Sample) -> Iterator[str]:
    """Not in a repr, not in an error or what it is chained to, not in evidence or findings."""
    session, broken = sample.connect(), sample.connect_broken()
    shown: dict[str, str] = {
        "a session's repr": f"{session!r}{session}",
        "an error": "".join(_chain(error) for error in _errors(sample)),
        "a finding": repr([*_findings(session, sample.asks), *_findings(broken, sample.asks)]),
        "an observation": repr(_observations(sample)),
        "a step": repr(sample.connector.plan(sample.asks, sample.options)),
        "the options": repr(sample.options),
    }
    for where, text in shown.items():
        if any(secret in text for secret in sample.secrets):
            yield f"{where} shows a secret"


PROMISES: tuple[Callable[[Sample], Iterator[str]], ...] = (
    importing_loads_no_sdk,
    definitions_are_frozen_and_closed,
    definitions_have_a_schema,
    canonical_form_is_stable,
    plan_serves_every_window_once,
    plan_is_pure,
    connecting_sends_nothing,
    identity_is_the_declared_account,
    steps_answer_what_they_serve,
    findings_say_what_to_do,
    failures_are_of_the_tree,
    secrets_never_show,
)
"""Everything that a connector promises."""


def _served(steps: Sequence[Step]) -> Iterator[tuple[str, Any]]:
    return ((a.fingerprint, w) for step in steps for a in step.serves for w in a.windows)


def _told(key: tuple[str, Any]) -> str:
    return f"{key[1]} of {key[0][:12]}"


def _observations(sample: Sample) -> list[Observation]:
    session = sample.connect()
    steps = sample.connector.plan(sample.asks, sample.options)
    found = [o for step in steps for part in session.run(step) for o in answers(part)]
    session.close()
    return found


def _errors(sample: Sample) -> Iterator[BaseException]:
    """What a session with a broken source raises when it is asked."""
    session = sample.connect_broken()
    for step in sample.connector.plan(sample.asks, sample.options):
        try:
            list(session.run(step))
        except Exception as error:  # noqa: BLE001 - which kind it is, is the question
            yield error
    session.close()


def _findings(session: Session, asks: Sequence[Ask]) -> list[Finding | Exception]:
    found: list[Finding | Exception] = []
    try:
        found += session.doctor(asks)
    except Exception as error:  # noqa: BLE001 - that it raises at all, is the question
        found.append(error)
    session.close()
    return found


def _chain(error: BaseException | None) -> str:
    """An error's words with those of what it would be printed with."""
    if error is None:
        return ""
    context = None if error.__suppress_context__ else error.__context__
    remedy = getattr(error, "remedy", "")
    return f"{error!r}{error}{remedy}{_chain(error.__cause__ or context)}"
