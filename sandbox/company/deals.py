"""Deals: one for each opportunity and some besides, won, lost or still open."""

import numpy as np

from sandbox.company.contacts import WORKING_WEEK
from sandbox.company.days import DAY_MS, MINUTE_MS, Days
from sandbox.company.draws import Bracket, chance, from_brackets, ids, pick
from sandbox.company.stages import CUSTOMER, OPPORTUNITY
from sandbox.company.tables import NEVER, Contacts, Deals, Flags, Ints, StageEntries

_FIRST_ID = 21_000_000_000
_AMOUNT_CENTS: tuple[Bracket, ...] = (
    (40, 120_000, 600_000),
    (40, 600_001, 2_500_000),
    (20, 2_500_001, 9_000_000),
)
_DAYS_TO_LOSS: tuple[Bracket, ...] = ((50, 10, 40), (50, 41, 120))
_DAYS_TO_WIN: tuple[Bracket, ...] = ((50, 5, 30), (50, 31, 90))
_DAYS_TO_EDIT: tuple[Bracket, ...] = ((40, 0, 10), (40, 11, 60), (20, 61, 250))
_OPEN_STAGES = 4


def sell(rng: np.random.Generator, days: Days, contacts: Contacts, entries: StageEntries) -> Deals:
    """The deals in order of creation."""
    contact, created, known, won = _outcomes(rng, days, contacts, entries)
    size = len(contact)
    amount, edited, edited_amount = _amounts(rng, days, created)
    moved_back = from_brackets(rng, ((100, 1, 20),), size) * DAY_MS
    back_dated = chance(rng, 220, size) & (known < NEVER)
    closed = np.where(back_dated, np.maximum(known - moved_back, created + MINUTE_MS), known)
    gone = days.later(rng, created, ((100, 3, 300),))
    company = np.where(contact >= 0, contacts.company[contact], -1)
    return Deals(
        id=ids(rng, _FIRST_ID, size),
        created_ms=created,
        contact=contact,
        company=company,
        amount_cents=amount,
        edited_ms=edited,
        edited_amount_cents=edited_amount,
        currency=chance(rng, 140, size).astype(np.int64),
        closed_ms=closed,
        closed_known_ms=known,
        won=won,
        stage=rng.integers(0, _OPEN_STAGES, size),
        gone_ms=np.where(chance(rng, 15, size), gone, NEVER),
    )


def _outcomes(
    rng: np.random.Generator, days: Days, contacts: Contacts, entries: StageEntries
) -> tuple[Ints, Ints, Ints, Flags]:
    """Contact, creation, when the close became known, won: rows in order of creation."""
    customer_since = np.full(len(contacts.id), NEVER, dtype=np.int64)
    customers = entries.stage == CUSTOMER
    np.minimum.at(customer_since, entries.contact[customers], entries.at_ms[customers])
    opens = entries.stage == OPPORTUNITY
    contact, created = entries.contact[opens], entries.at_ms[opens]
    known = customer_since[contact]
    won = (known < NEVER) & (known > created)
    known = np.where(won, known, _if(rng, 620, days.later(rng, created, _DAYS_TO_LOSS)))

    # Deals that sales brings in: no contact, no lifecycle behind them.
    extra = len(contact) // 6
    weights = days.weights(WORKING_WEEK)[days.history :]
    created_extra = days.instants(rng, days.history + pick(rng, weights, extra))
    known_extra = _if(rng, 700, days.later(rng, created_extra, _DAYS_TO_WIN))
    won_extra = chance(rng, 450, extra) & (known_extra < NEVER)

    owner = np.where(contacts.merged_into[contact] >= 0, contacts.merged_into[contact], contact)
    contact = np.concatenate([owner, np.full(extra, -1, dtype=np.int64)])
    created = np.concatenate([created, created_extra])
    order = np.argsort(created, kind="stable")
    known, won = np.concatenate([known, known_extra]), np.concatenate([won, won_extra])
    return contact[order], created[order], known[order], won[order]


def _amounts(rng: np.random.Generator, days: Days, created: Ints) -> tuple[Ints, Ints, Ints]:
    """First amount, when it was edited, the amount since then."""
    size = len(created)
    amount = from_brackets(rng, _AMOUNT_CENTS, size)
    changed = amount * rng.integers(70, 140, size) // 100
    missing = chance(rng, 70, size)
    edited = _if(rng, 200, days.later(rng, created, _DAYS_TO_EDIT))
    return np.where(missing, -1, amount), edited, np.where(edited < NEVER, changed, -1)


def _if(rng: np.random.Generator, per_mille: int, instants: Ints) -> Ints:
    return np.where(chance(rng, per_mille, len(instants)), instants, NEVER)
