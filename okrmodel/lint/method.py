"""Rules of the method: what an objective and a key result ought to be.

A title is judged as a text (`okrmodel.lint.wording`); then the definition speaks, for a metric with
a target says more than any title.
"""

from collections.abc import Iterator
from decimal import Decimal

from okrmodel.definitions.key_results import KeyResult, Maintain, Manual, Milestones, Reach
from okrmodel.definitions.metrics import RatioMetric
from okrmodel.exact import counted, plain
from okrmodel.lint.draft import Draft, WrittenKeyResult
from okrmodel.lint.figures import is_percentage
from okrmodel.lint.rule import Remark, Remarks, warning
from okrmodel.lint.wording import Fault, Kind, judge
from okrmodel.lint.words import spoken

FEWEST, MOST = 3, 5


@warning("objective-count")
def objective_count(draft: Draft) -> Remarks:
    """A cycle has three to five objectives, and no more.

    With few of them a team can say no to the rest, and remember them without looking. One or two
    leave most of the work without a direction; a team that begins with one on purpose says so:

        cycle: 2026-Q4 # okr: ignore objective-count -- we begin with one
    """
    for written in draft.cycles if draft.whole else ():
        number = len(written.cycle.objectives)
        if not FEWEST <= number <= MOST:
            yield Remark(
                (*written.path, "cycle"),
                f"cycle {written.cycle.id} has {counted(number, 'objective')},"
                f" expected {FEWEST} to {MOST}",
            )


@warning("key-result-count")
def key_result_count(draft: Draft) -> Remarks:
    """An objective has three to five key results.

    One figure alone is reached at the cost of what nobody measures: leading and lagging indicators
    stand together. More than five are a list of wishes.
    """
    for written in draft.objectives if draft.whole else ():
        number = len(written.objective.key_results)
        if not FEWEST <= number <= MOST:
            yield Remark(
                written.path,
                f'objective "{written.objective.id}" has {counted(number, "key result")},'
                f" expected {FEWEST} to {MOST}",
            )


@warning("objective-figure")
def objective_figure(draft: Draft) -> Remarks:
    """An objective says where we want to go, in words; a figure belongs in a key result.

    "Generate 53 MQLs" is too narrow for an objective. "Build a new demand generation channel" is
    one, and 53 MQLs may be one of its key results. Years, dates and limits in time are no figures.
    """
    for path, named, title in _objectives(draft):
        if Fault.FIGURE in judge(Kind.OBJECTIVE, title, _locale(draft)):
            yield Remark(
                path,
                f'{named} has a figure in its title "{title}",'
                " expected words only: the figure belongs in a key result",
            )


@warning("objective-verb")
def objective_verb(draft: Draft) -> Remarks:
    """An objective says what is being done, and begins with it.

    "Market research" is a topic. "Find out what our buyers need" is an objective. The words are
    read in the language of the workspace's `locale` and in English; of a language without words
    of its own (okrmodel/lint/languages) nothing is judged here. A noun made from a verb says what
    is being done, too: "Improvement of the sales funnel".
    """
    for path, named, title in _objectives(draft):
        if Fault.NO_VERB in judge(Kind.OBJECTIVE, title, _locale(draft)):
            names = " or ".join(words.name for words in spoken(_locale(draft)))
            yield Remark(
                path,
                f'{named} does not say what is being done: "{title}",'
                f" expected a verb such as build or improve, in {names}",
            )


@warning("key-result-number")
def key_result_number(draft: Draft) -> Remarks:
    """A key result has a number, so that everybody can tell when it is reached.

    "Increase brand awareness" is none; "Increase searches for our name from 900 to 1,200" is one.
    The number may stand in the definition instead of the title: a metric with a target, bounds
    that are kept, milestones with dates. A manual key result from 0 to 1 has no number: it is done
    or not, like an action.
    """
    for written in draft.key_results:
        faults = _faults(draft, written)
        if Fault.NO_NUMBER in faults and Fault.ACTION not in faults and not _counts(written):
            yield Remark(
                (*written.path, "title"),
                f'{written.named} has no number, neither in its title "{_title(written)}" nor as a'
                " target to count to, expected one",
            )


@warning("key-result-percentage")
def key_result_percentage(draft: Draft) -> Remarks:
    """A key result is a real number, not a percentage.

    "Increase SEO performance by 50%" hides of how many, and is reached as well by fewer of what it
    is a share of. "Increase organic sessions from 2,000 to 3,000" can be checked. Some teams want
    rates: where the metric is a ratio of two metrics, or the target is a factor of a measured
    `previous`, both numbers are known, and nothing is said.
    """
    for written in draft.key_results:
        key_result = written.key_result
        if isinstance(key_result, Manual) and is_percentage(key_result.unit):
            yield Remark(
                (*written.path, "unit"),
                f"{written.named} is checked in as a percentage,"
                " expected a real number, or a metric that is a ratio of two metrics",
            )
        elif Fault.PERCENTAGE in _faults(draft, written) and not _knows_both(draft, key_result):
            yield Remark(
                (*written.path, "title"),
                f'{written.named} names a percentage and no real number: "{_title(written)}",'
                f" expected {_way(key_result)}",
            )


@warning("key-result-action")
def key_result_action(draft: Draft) -> Remarks:
    """A key result says what comes of the work, and not which work is done.

    "Launch a new website" and "Contact customers who become MQLs" are actions: done or not, with
    an owner and a date, under `actions`. What the launch is for is the key result: "Get 40 demo
    requests a month from the new website". Actions that are counted are fine ("Send 3 email
    newsletters"), and so are `kind: milestones`, which have a date for each step.
    """
    for written in draft.key_results:
        is_stepwise = isinstance(written.key_result, Milestones)
        if not is_stepwise and Fault.ACTION in _faults(draft, written):
            yield Remark(
                (*written.path, "title"),
                f'{written.named} is an action: "{_title(written)}", expected what comes of it,'
                " with its number; the action itself belongs under `actions`",
            )


def _objectives(draft: Draft) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Where each objective's title stands, what to call it, and the title."""
    for written in draft.objectives:
        objective = written.objective
        yield (*written.path, "title"), f'objective "{objective.id}"', objective.title


def _locale(draft: Draft) -> str:
    return draft.workspace.locale if draft.workspace else ""


def _title(written: WrittenKeyResult) -> str:
    return written.key_result.title


def _faults(draft: Draft, written: WrittenKeyResult) -> frozenset[Fault]:
    return judge(Kind.KEY_RESULT, _title(written), _locale(draft))


def _counts(written: WrittenKeyResult) -> bool:
    """Whether the definition has a number to reach, whatever the title says."""
    match written.key_result:
        case Manual(from_=start, target=target, targets=()):
            return (start or Decimal(0), target) != (Decimal(0), Decimal(1))
        case _:
            return True


def _knows_both(draft: Draft, key_result: KeyResult) -> bool:
    """Whether the numbers behind a percentage are known."""
    if not isinstance(key_result, Reach | Maintain):
        return False
    relative = isinstance(key_result, Reach) and isinstance(key_result.target, str)
    return relative or isinstance(draft.metrics.get(key_result.metric), RatioMetric)


def _way(key_result: KeyResult) -> str:
    """The real numbers that the title could name, as far as the definition has them."""
    match key_result:
        case Reach(from_=Decimal() as start, target=Decimal() as target) if start:
            return f"the real numbers: from {plain(start)} to {plain(target)}"
        case Reach(target=Decimal() as target) | Manual(target=Decimal() as target):
            return f"the real number: {plain(target)}"
        case _:
            return "a real number, or a metric that is a ratio of two metrics"
