"""Rules about who is told what, and when."""

from datetime import date

from okrmodel.definitions.notify import Notify
from okrmodel.lint.draft import WORKSPACE_FILE, Draft
from okrmodel.lint.rule import Remark, Remarks, error, warning
from okrmodel.suggestion import did_you_mean

_TARGETS = (WORKSPACE_FILE, "notify", "targets")
_PLAIN_WEEK = date(2026, 1, 14)
"""In the week of this day no zone changes its clocks."""


@error("unknown-only")
def unknown_only(draft: Draft) -> Remarks:
    """A target's `only` names what is neither a key result of a cycle nor somebody under `people`.

    Nothing would ever be sent for that name, and nobody would miss it.
    """
    if draft.people is None or not draft.whole:
        return
    known = {written.key_result.id for written in draft.key_results} | draft.people
    for name, target in _notify(draft).targets.items():
        for n, wanted in enumerate(target.only):
            if wanted not in known:
                hint = did_you_mean(wanted, known)
                yield Remark(
                    (*_TARGETS, name, "only", n),
                    f'"{wanted}" in "only" of target "{name}" is neither a key result'
                    f" nor an owner{hint}",
                )


@warning("only-in-vain")
def only_in_vain(draft: Draft) -> Remarks:
    """A target's `only` leaves nothing out: it is about notes of key results, and none is sent there.

    The digest tells of all key results, and a failed run concerns all of them.
    """
    for name, target in _notify(draft).targets.items():
        if target.only and not {"flips", "stale", "restatements"}.intersection(target.send):
            yield Remark(
                (*_TARGETS, name, "only"),
                f'"only" of target "{name}" leaves nothing out: of {", ".join(target.send)}'
                " everything is sent",
            )


@warning("digest-in-quiet-hours")
def digest_in_quiet_hours(draft: Draft) -> Remarks:
    """The weekly digest's time is in the quiet hours, so it goes out only when they end."""
    notify = _notify(draft)
    wanted = any("digest" in target.send for target in notify.targets.values())
    if draft.workspace is None or not wanted:
        return
    zone = draft.workspace.zone
    goes_out = notify.weekly.instant(_PLAIN_WEEK, zone)
    if ends := notify.quiet_until(goes_out, zone):
        yield Remark(
            (WORKSPACE_FILE, "notify"),
            f"the digest's time, {notify.weekly.at:%H:%M}, is in the quiet hours: it would go out"
            f" at {ends.astimezone(zone):%H:%M}, expected a time outside them",
        )


def _notify(draft: Draft) -> Notify:
    return draft.workspace.notify if draft.workspace else Notify()
