"""Our connectors keep every promise, and each promise is really looked at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import ConfigDict, TypeAdapter

from connectors import conformance
from connectors.conformance import PROMISES, Sample
from connectors.contract import MOST_CALLS, Ask, Finding, Identity, Session, Step
from connectors.errors import ConnectorError, RetrySoon
from okrmodel.definitions.query import ConnectionOptions, Query
from okrmodel.observations import Aggregation, Evidence, Observation
from tests.connectors.opening import NOW, ask, day, days
from tests.connectors.samples import SAMPLES

Promise = Callable[[Sample], Iterator[str]]


@pytest.fixture(scope="module", params=SAMPLES)
def ours(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sample]:
    with SAMPLES[request.param](tmp_path_factory.mktemp(request.param)) as sample:
        yield sample


@pytest.mark.parametrize("promise", PROMISES, ids=lambda p: p.__name__)
def test_our_connectors_keep_every_promise(ours: Sample, promise: Promise) -> None:
    assert list(promise(ours)) == []


class ToyOptions(ConnectionOptions):
    connector: Literal["toy"] = "toy"

    @property
    def account(self) -> str:
        return "toy-1"


class ToyQuery(Query):
    name: str
    shade: str = "red"

    @property
    def aggregation(self) -> Aggregation:
        return Aggregation.SUM

    @property
    def settles(self) -> timedelta:
        return timedelta()


TOY_QUERY: TypeAdapter[Any] = TypeAdapter(ToyQuery)


class ToySession:
    """A well-behaved session; the tests below break one thing at a time."""

    def __init__(self, secret: str = "hush-hush", *, works: bool = True) -> None:
        self.calls = 0
        self.works = works
        self.secret = secret

    def identity(self) -> Identity:
        self.calls = self.calls or 1
        return Identity(account="toy-1", zone="Europe/Warsaw")

    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        yield Finding(ok=self.works, subject="toy", message="is there", remedy="buy one")

    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        if not self.works:
            raise RetrySoon("the toy is broken")
        yield [
            Observation(a.fingerprint, w, Decimal(1), NOW, timedelta(), evidence=Evidence(("q",)))
            for a in step.serves
            for w in a.windows
        ]

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Toy:
    name: str = "toy"
    options: type[ConnectionOptions] = ToyOptions
    query: TypeAdapter[Any] = TOY_QUERY

    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:
        return [Step(title="toy", serves=(a,), calls=1) for a in asks]

    def connect(self, connection: Any) -> Session:
        return ToySession()


GOOD = Sample(
    connector=Toy(),
    package="okrmodel.windows",
    sdks=("sqlalchemy",),
    options=ToyOptions(),
    asks=(ask(ToyQuery(name="a"), *days("2026-10-01", "2026-10-05")),),
    connect=ToySession,
    connect_broken=lambda: ToySession(works=False),
    secrets=("hush-hush",),
    now=NOW,
)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda p: p.__name__)
def test_a_small_honest_connector_passes(promise: Promise) -> None:
    assert list(promise(GOOD)) == []


class OpenQuery(ToyQuery):
    model_config = ConfigDict(extra="allow", frozen=False)


class RestlessQuery(ToyQuery):
    def canonical(self) -> dict[str, Any]:
        return {"fields": list(self.model_dump()), "seen": list(self.model_fields_set)}


class NumericQuery(ToyQuery):
    def canonical(self) -> dict[str, Any]:
        return {"cost": Decimal(1)}


class Forgetful(Toy):
    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:
        return [Step(title="", serves=(replace(a, windows=a.windows[1:]),), calls=21) for a in asks]


class Twice(Toy):
    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:
        return [*super().plan(asks, options)] * 2


class Fickle(Toy):
    turns: list[int] = []  # noqa: RUF012 - shared by all: that is the fault

    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:
        self.turns.append(1)
        return [Step(title=str(len(self.turns)), serves=tuple(asks), calls=1)]


class Eager(ToySession):
    def __init__(self) -> None:
        super().__init__()
        self.calls = 1

    def close(self) -> None:
        self.calls += 1


class Stranger(ToySession):
    def identity(self) -> Identity:
        self.calls += 1
        return Identity(account="toy-2", zone="Warsaw")


class Careless(ToySession):
    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        for _left_out, second, *rest in super().run(step):
            late = replace(second, observed_at=datetime.now(UTC), evidence=Evidence())
            self.calls += MOST_CALLS + 1
            yield [late, late]
            yield rest


class Silent(ToySession):
    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        yield Finding(ok=False, subject="toy", message="")


class Panicking(ToySession):
    def doctor(self, asks: Sequence[Ask]) -> Iterator[Finding]:
        raise KeyError("toy")

    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        raise KeyError("toy")


class Vague(ToySession):
    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        raise ConnectorError("something")


class Mute(ToySession):
    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        raise RetrySoon("")


class Talkative(ToySession):
    def __repr__(self) -> str:
        return f"ToySession({self.secret})"

    def run(self, step: Step) -> Iterator[Sequence[Observation]]:
        if self.works:
            return super().run(step)
        raise RetrySoon("no") from ValueError(self.secret)


def question(query: Query) -> tuple[Ask, ...]:
    return (ask(query, *days("2026-10-01", "2026-10-05")),)


BROKEN: list[tuple[Promise, Sample, tuple[str, ...]]] = [
    (
        conformance.importing_loads_no_sdk,
        replace(GOOD, package="connectors.sql.client"),
        ("loads sqlalchemy",),
    ),
    (
        conformance.importing_loads_no_sdk,
        replace(GOOD, package="no_such_package"),
        ("import no_such_package fails",),
    ),
    (
        conformance.definitions_are_frozen_and_closed,
        replace(GOOD, asks=question(OpenQuery(name="a"))),
        ("accepts unknown keys", "can be changed"),
    ),
    (
        conformance.canonical_form_is_stable,
        replace(
            GOOD,
            connector=Toy(query=TypeAdapter(RestlessQuery)),
            asks=question(RestlessQuery(name="a")),
        ),
        ("written with its defaults spelled out",),
    ),
    (
        conformance.canonical_form_is_stable,
        replace(GOOD, asks=question(NumericQuery(name="a"))),
        ("is no plain JSON",),
    ),
    (
        conformance.plan_serves_every_window_once,
        replace(GOOD, connector=Forgetful()),
        ("no step serves [2026-10-01, 2026-10-02)", "costs 21 calls", "has no title"),
    ),
    (
        conformance.plan_serves_every_window_once,
        replace(GOOD, connector=Twice(), asks=(ask(ToyQuery(name="a"), day("2026-10-01")),)),
        ("served once too often",),
    ),
    (
        conformance.plan_is_pure,
        replace(GOOD, connector=Fickle()),
        ("planning twice gives different steps", "planning nothing gives steps"),
    ),
    (
        conformance.connecting_sends_nothing,
        replace(GOOD, connect=Eager),
        ("connecting sends 1", "closing sends 3"),
    ),
    (
        conformance.identity_is_the_declared_account,
        replace(GOOD, connect=Stranger),
        ("not remembered", "the account is toy-2", "'Warsaw' is no IANA zone"),
    ),
    (
        conformance.steps_answer_what_they_serve,
        replace(GOOD, connect=Careless),
        (
            "a part of 'toy' costs 21 calls",
            "leaves out [2026-10-01",
            "adds [2026-10-02",
            "connection.now",
            "no evidence",
        ),
    ),
    (
        conformance.findings_say_what_to_do,
        replace(GOOD, connect=Silent, connect_broken=Panicking),
        ("working source says too little", "broken source raises KeyError"),
    ),
    (
        conformance.findings_say_what_to_do,
        replace(GOOD, connect=lambda: ToySession(works=False)),
        ("finds fault with a working source",),
    ),
    (
        conformance.failures_are_of_the_tree,
        replace(GOOD, connect_broken=Panicking),
        ("raises KeyError",),
    ),
    (conformance.failures_are_of_the_tree, replace(GOOD, connect_broken=Vague), ("a bare",)),
    (conformance.failures_are_of_the_tree, replace(GOOD, connect_broken=Mute), ("says nothing",)),
    (
        conformance.failures_are_of_the_tree,
        replace(GOOD, connect_broken=ToySession),
        ("a broken source raises nothing",),
    ),
    (
        conformance.secrets_never_show,
        replace(GOOD, connect=Talkative, connect_broken=lambda: Talkative(works=False)),
        ("a session's repr shows a secret", "an error shows a secret"),
    ),
]


@pytest.mark.parametrize(
    ("promise", "sample", "expected"), BROKEN, ids=lambda v: getattr(v, "__name__", "")
)
def test_a_broken_promise_is_noticed(
    promise: Promise, sample: Sample, expected: tuple[str, ...]
) -> None:
    found = list(promise(sample))
    assert [part for part in expected if not any(part in said for said in found)] == []
    assert len(found) == len(expected)


def test_every_promise_has_a_connector_that_breaks_it() -> None:
    # Whether a schema can be made is pydantic's own matter.
    untested = set(PROMISES) - {p for p, _, _ in BROKEN}
    assert untested == {conformance.definitions_have_a_schema}
