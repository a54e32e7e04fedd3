"""Contacts and companies, as HubSpot's own screens count them."""

from collections.abc import Collection
from datetime import datetime

import numpy as np

from sandbox.company.tables import SOURCES, STAGES, Company, Flags, Ints
from sandbox.truth.windows import Window, milliseconds, within

_NOT_YET = -1


def contacts_entered(
    company: Company,
    stage: str,
    window: Window,
    zone: str,
    known_at: datetime,
    *,
    sources: Collection[str] | None = None,
) -> int:
    """Contacts that still exist and whose *latest* entry into the stage lies in the window.

    `stage` is a stage id, `sources` limits to contacts of these hs_analytics_source values.

    Raises:
        ValueError: for a stage or a source that the company does not have.
    """
    entries = company.stage_entries
    happened = entries.at_ms <= milliseconds(known_at)
    entered = happened & (entries.stage == STAGES.index(stage))
    latest = np.full(len(company.contacts.id), _NOT_YET, dtype=np.int64)
    np.maximum.at(latest, entries.contact[entered], entries.at_ms[entered])
    counted = within(latest, window, zone) & (latest != _NOT_YET) & _existing(company, known_at)
    return int((counted & _from_sources(company, sources)).sum())


def contacts_created(
    company: Company,
    window: Window,
    zone: str,
    known_at: datetime,
    *,
    sources: Collection[str] | None = None,
) -> int:
    """Contacts created in the window that still exist.

    Raises:
        ValueError: for a source that the company does not have.
    """
    counted = within(company.contacts.created_ms, window, zone) & _existing(company, known_at)
    return int((counted & _from_sources(company, sources)).sum())


def contacts_in_stage(company: Company, stage: str, known_at: datetime) -> int:
    """Existing contacts whose last stage entry by `known_at` is into this stage.

    Raises:
        ValueError: for a stage that the company does not have.
    """
    entries = company.stage_entries
    current = np.full(len(company.contacts.id), _NOT_YET, dtype=np.int64)
    for row in np.flatnonzero(entries.at_ms <= milliseconds(known_at)):
        current[entries.contact[row]] = entries.stage[row]
    return int(((current == STAGES.index(stage)) & _existing(company, known_at)).sum())


def companies_created(company: Company, window: Window, zone: str, known_at: datetime) -> int:
    """Companies created in the window that still exist."""
    firms, known_ms = company.companies, milliseconds(known_at)
    existing = (firms.created_ms <= known_ms) & (firms.gone_ms > known_ms)
    return int((existing & within(firms.created_ms, window, zone)).sum())


def _existing(company: Company, known_at: datetime) -> Flags:
    known_ms = milliseconds(known_at)
    contacts = company.contacts
    existing: Flags = (contacts.created_ms <= known_ms) & (contacts.gone_ms > known_ms)
    return existing


def _from_sources(company: Company, sources: Collection[str] | None) -> Flags:
    source: Ints = company.contacts.source
    if sources is None:
        return np.ones(len(source), dtype=np.bool_)
    return np.isin(source, [SOURCES.index(name) for name in sources])
