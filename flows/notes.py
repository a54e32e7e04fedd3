"""Queueing what people are told: news after each job, and the digests of this week and the next."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from flows.job import Job
from flows.news import Look
from flows.report import in_words
from okrmodel.definitions.company import Company
from okrmodel.definitions.workspace import Workspace
from okrmodel.news import CameBack, News, wanted
from okrmodel.store.notes import NewNote, news_through, queue, recorded_through
from okrmodel.windows import ONE_WEEK, day_of


def queue_news(job: Job) -> str:
    """Look for news since the last time, and queue it for those who ask for it.

    The first look finds none: it only notes how things stand. No job fails because of this.

    Returns:
        Why it could not be done, for people; empty when it was.
    """
    try:
        _queue_news(job)
    except Exception as error:  # noqa: BLE001 - whatever it is, the figures are recorded
        return in_words(error)
    return ""


def _queue_news(job: Job) -> None:
    store, company, now = job.store, job.company, job.now()
    if (through := recorded_through(store, job.workspace)) is None:
        return
    before = news_through(store, job.workspace)
    news = Look(job, before, through).news() if before and company.workspace.notify.targets else ()
    fresh = [*_notes(company, news, now), *digests(company.workspace, now)]
    queue(store, job.workspace, fresh, now, through)


def _notes(company: Company, news: Iterable[News], now: datetime) -> Iterator[NewNote]:
    """Each piece of news for each target that asks for it; what may not be sent now is due later."""
    workspace = company.workspace
    notify, owners = workspace.notify, _owners(company)
    due = notify.quiet_until(now, workspace.zone) or now
    for piece in news:
        for name, target in notify.targets.items():
            if wanted(target, piece, owners):
                yield NewNote(
                    target=name,
                    key=piece.key,
                    subject=piece.subject,
                    due=due,
                    body=piece.model_dump(mode="json"),
                    takes_back=piece.takes_back if isinstance(piece, CameBack) else "",
                )


def _owners(company: Company) -> dict[str, frozenset[str]]:
    """The ids of who owns each key result, by its id; in another cycle it may be somebody else."""
    found: dict[str, set[str]] = {}
    for cycle in company.cycles:
        for objective, key_result in cycle.key_results():
            if owner := objective.owner_of(key_result):
                found.setdefault(key_result.id, set()).add(owner)
    return {name: frozenset(owners) for name, owners in found.items()}


def digests(workspace: Workspace, now: datetime) -> Iterator[NewNote]:
    """The digests of the week that it is there, and of the next, for each target that asks for them.

    The next is queued ahead, so that only who has something due is looked at when its time comes.
    """
    today = day_of(now, workspace.zone)
    for day in (today, today + ONE_WEEK):
        due = workspace.notify.weekly.instant(day, workspace.zone)
        for name, target in workspace.notify.targets.items():
            if "digest" in target.send:
                yield NewNote(target=name, key=digest_key(day), subject="digest", due=due)


def digest_key(day: date) -> str:
    """The key of the digest of a day's week, by ISO 8601."""
    year, week, _ = day.isocalendar()
    return f"digest/{year}-W{week:02}"
