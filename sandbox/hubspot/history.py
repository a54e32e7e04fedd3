"""The company's tables with what every instant needs sorted out once."""

import numpy as np

from sandbox.company.tables import NEVER, Company, Ints


class History:
    """Answers "by then" questions about contacts; safe to share, nothing in it changes."""

    def __init__(self, company: Company) -> None:
        self.company = company
        entries = company.stage_entries
        order = np.argsort(entries.at_ms, kind="stable")
        self._at = entries.at_ms[order]
        self._contact = entries.contact[order]
        self._stage = entries.stage[order]
        merged = np.flatnonzero(
            (company.contacts.merged_into >= 0) & (company.contacts.gone_ms < NEVER)
        )
        self._losers = merged[np.argsort(company.contacts.gone_ms[merged], kind="stable")]

    def entered(self, stage: int, at_ms: int) -> Ints:
        """When each contact last entered the stage, as known then; NEVER where it did not."""
        known = self._known(at_ms)
        of_stage = self._stage[:known] == stage
        latest = np.full(len(self.company.contacts.id), -1, dtype=np.int64)
        np.maximum.at(latest, self._contact[:known][of_stage], self._at[:known][of_stage])
        latest[latest < 0] = NEVER
        return latest

    def stage(self, at_ms: int) -> Ints:
        """The stage that each contact was in then, -1 for none."""
        known = self._known(at_ms)
        last = np.full(len(self.company.contacts.id), -1, dtype=np.int64)
        np.maximum.at(last, self._contact[:known], np.arange(known))
        return np.where(last >= 0, np.append(self._stage, 0)[last], -1)

    def contacts_modified(self, at_ms: int) -> Ints:
        """Each contact's last change by then: creation, stage entries, merges received."""
        contacts, known = self.company.contacts, self._known(at_ms)
        modified = contacts.created_ms.copy()
        np.maximum.at(modified, self._contact[:known], self._at[:known])
        losers = self._merged(at_ms)
        np.maximum.at(modified, contacts.merged_into[losers], contacts.gone_ms[losers])
        return modified

    def merged_ids(self, at_ms: int) -> dict[int, str]:
        """By row of the surviving contact: the ids merged into it by then, "7;12"."""
        contacts = self.company.contacts
        received: dict[int, list[str]] = {}
        for loser in self._merged(at_ms).tolist():
            ids = [str(contacts.id[loser]), *received.pop(loser, [])]
            received.setdefault(int(contacts.merged_into[loser]), []).extend(ids)
        return {row: ";".join(ids) for row, ids in received.items()}

    def _known(self, at_ms: int) -> int:
        return int(np.searchsorted(self._at, at_ms, side="right"))

    def _merged(self, at_ms: int) -> Ints:
        gone = self.company.contacts.gone_ms[self._losers]
        return self._losers[: int(np.searchsorted(gone, at_ms, side="right"))]
