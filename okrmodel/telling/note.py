"""A note: one piece of news, told at once. Its title says all that matters, its text why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from okrmodel.definitions.key_results import KeyResult
from okrmodel.news import CameBack, Flipped, MovedAnswer, News, Restated, RunFailed, WentStale
from okrmodel.publication import Publication
from okrmodel.snapshot import Status
from okrmodel.telling.letters import Letter, letter
from okrmodel.telling.letters.blocks import (
    DOT,
    Block,
    Line,
    Link,
    Paragraph,
    Piece,
    Point,
    Points,
    parted,
    plain,
    quiet,
)
from okrmodel.telling.looks import NOT_MET, status_words
from okrmodel.telling.numbers import beside
from okrmodel.telling.reasons import reason
from okrmodel.telling.texts import Texts, texts_of

MOST_NAMED = 8
"""Key results that a note names; how many more there are is said below."""

_KINDS = ("sync", "backfill", "freeze")
"""Of runs, those that readers have a word for."""


def news_letter(words: Publication, news: News) -> Letter:
    """The note that tells a piece of news.

    Args:
        words: What the files say; its locale decides about the language.
        news: Of the same workspace.
    """
    told = _Telling(texts_of(words.locale), words)
    match news:
        case Flipped() | Restated():
            return told.turned(news)
        case WentStale():
            return told.stale(news)
        case CameBack():
            return told.back(news)
        case RunFailed():
            return told.failed(news)


@dataclass(frozen=True)
class _Telling:
    texts: Texts
    words: Publication

    def turned(self, news: Flipped | Restated) -> Letter:
        """A key result's status is another, by itself or because a source changed its past."""
        found = self._found.get(news.key_result)
        name = found.title if found else news.key_result
        ways = {"old": self._called(news.old), "new": self._called(news.new)}
        key = "notes.flipped" if isinstance(news, Flipped) else "notes.restated"
        line: Line = (self._status(news.old), plain("→"), self._status(news.new))
        if isinstance(news, Flipped):
            since = self.texts("common.since", day=self.texts.figures.short_day(news.since))
            line = (*line, DOT, plain(since))
        blocks: list[Block] = [
            Paragraph(line),
            Paragraph((plain(reason(self.texts, news.reason)),)),
            *self._figures(news),
        ]
        if news.new in NOT_MET:
            blocks.append(self._todo("notes.todo-worse"))
        return self._letter(
            self.texts(key, title=name, **ways),
            blocks,
            owner=self._owner(news.key_result),
            page=self.words.page(news.cycle, news.key_result),
        )

    def stale(self, news: WentStale) -> Letter:
        """A source does not answer."""
        many = len(news.key_results)
        title = (
            self.texts("notes.stale", connection=news.connection, n=many)
            if many
            else self.texts("notes.silent", connection=news.connection)
        )
        since = self.texts("notes.since-instant", instant=self._instant(news.since))
        return self._letter(
            title,
            [
                Paragraph((plain(reason(self.texts, news.reason)),)),
                Paragraph((plain(since),)),
                *self._named(news.key_results),
                self._todo("notes.todo-stale"),
            ],
        )

    def back(self, news: CameBack) -> Letter:
        """A source answers again."""
        span = self.texts(
            "notes.outage",
            since=self._instant(news.since),
            until=self._instant(news.until),
        )
        return self._letter(
            self.texts("notes.back", connection=news.connection),
            [
                Paragraph((plain(span),)),
                *self._named(news.key_results),
                Paragraph((plain(self.texts("notes.caught-up")),)),
            ],
        )

    def failed(self, news: RunFailed) -> Letter:
        """A run did not come to its end."""
        key = "notes.failed" if news.reason else "notes.cut-off"
        began = self.texts("notes.began", instant=self._instant(news.began), run=str(news.run))
        why = [Paragraph((plain(reason(self.texts, news.reason)),))] if news.reason else []
        return self._letter(
            self.texts(key, what=self._kind(news.what)),
            [*why, Paragraph((plain(began),)), self._todo("notes.todo-failed")],
        )

    def _letter(
        self, title: str, blocks: Sequence[Block], *, owner: str = "", page: str | None = None
    ) -> Letter:
        """Whose company it is, and where to read on, comes last."""
        address = page or self.words.page()
        link = [Link(self.texts("notes.link"), address)] if address else []
        whose = Paragraph(parted(quiet(owner), quiet(self.words.name)))
        return letter(title, [*blocks, whose, *link], self.texts.language)

    def _figures(self, news: Flipped | Restated) -> list[Block]:
        """Of a restatement, the figure that changed and the answers that changed it."""
        if isinstance(news, Flipped):
            return []
        unit = self.words.unit(news.cycle, news.key_result)
        day = self.texts.figures.short_day(news.as_of)
        told = self.texts(
            "notes.restated-day", day=day, change=self._change(news.old_value, news.new_value, unit)
        )
        answers = [self._answer(answer) for answer in news.moved]
        return [Paragraph((plain(told),)), *self._points("notes.answers", answers, news.more)]

    def _answer(self, answer: MovedAnswer) -> str:
        figures = self.texts.figures
        one = answer.first == answer.last
        days = figures.short_day(answer.first) if one else figures.span(answer.first, answer.last)
        change = self._change(answer.old, answer.new, "")
        return self.texts("notes.answer", metric=answer.metric or "–", days=days, change=change)

    def _change(self, old: Decimal | None, new: Decimal | None, unit: str) -> str:
        """Both values; no data is a dash, never a zero."""
        figures = self.texts.figures
        return f"{figures.compact(old, beside(unit))} → {figures.compact(new, unit)}"

    def _named(self, key_results: Sequence[str]) -> list[Block]:
        titles = [self._found[name].title for name in key_results if name in self._found]
        return self._points("notes.concerned", titles[:MOST_NAMED], len(titles[MOST_NAMED:]))

    def _points(self, heading: str, lines: Sequence[str], more: int) -> list[Block]:
        """Under a heading, and how many more there are; nothing where there is none."""
        if not lines:
            return []
        rest = [Point((quiet(self.texts("common.more", n=more)),))] if more else []
        points = (*(Point((plain(line),)) for line in lines), *rest)
        return [Points(points, self.texts(heading))]

    @cached_property
    def _found(self) -> dict[str, KeyResult]:
        """Key results by id; of the same id in several cycles the latest."""
        return {k.id: k for cycle in self.words.cycles for _, k in cycle.key_results()}

    def _owner(self, key_result: str) -> str:
        owners = {
            k.id: self.words.owner(objective.owner_of(k))
            for cycle in self.words.cycles
            for objective, k in cycle.key_results()
        }
        return owners.get(key_result, "")

    def _status(self, status: Status) -> Piece:
        return Piece(self._called(status), status=status)

    def _called(self, status: Status) -> str:
        return status_words(self.texts, status)

    def _instant(self, instant: datetime) -> str:
        return self.texts.figures.instant(instant, self.words.zone)

    def _kind(self, of_run: str) -> str:
        """What kind of run it was, in the reader's language where there is a word for it."""
        return self.texts(f"runs.kind-{of_run}") if of_run in _KINDS else of_run

    def _todo(self, key: str) -> Paragraph:
        return Paragraph((plain(self.texts(key)),))
