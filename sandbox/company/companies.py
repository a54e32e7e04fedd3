"""Companies: the firms that contacts and deals belong to."""

import numpy as np

from sandbox.company.contacts import WORKING_WEEK
from sandbox.company.days import Days
from sandbox.company.draws import chance, ids, pick
from sandbox.company.tables import NEVER, Companies

_CONTACTS_PER_COMPANY = 4
_FIRST_ID = 15_000_000_000
_FIRST_WORDS = ("Baltic", "Amber", "Nordic", "Vistula", "Granite", "Blue", "Alpine", "Harbour")
_SECOND_WORDS = ("Software", "Logistics", "Health", "Energy", "Retail", "Robotics", "Media", "Labs")


def found(rng: np.random.Generator, days: Days, contacts: int) -> Companies:
    """One company for four contacts, in order of creation; one in eighty is deleted."""
    count = max(contacts // _CONTACTS_PER_COMPANY, 1)
    created = np.sort(days.instants(rng, pick(rng, days.weights(WORKING_WEEK), count)))
    gone = days.later(rng, created, ((100, 5, 400),))
    first, second = rng.integers(0, 8, count).tolist(), rng.integers(0, 8, count).tolist()
    words = [(_FIRST_WORDS[a], _SECOND_WORDS[b]) for a, b in zip(first, second, strict=True)]
    return Companies(
        id=ids(rng, _FIRST_ID, count),
        created_ms=created,
        name=np.array([f"{a} {b} {n}" for n, (a, b) in enumerate(words)]),
        domain=np.array([f"{a}{b}{n}.example".lower() for n, (a, b) in enumerate(words)]),
        gone_ms=np.where(chance(rng, 13, count), gone, NEVER),
    )
