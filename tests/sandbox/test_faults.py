"""Faults strike the requests they were ordered for, as often as ordered."""

import pytest

from sandbox.faults import Fault, Faults

SEARCH = "POST /crm/v3/objects/contacts/search"


def kinds(faults: Faults, request: str, times: int) -> list[str | None]:
    struck = [faults.take(request) for _ in range(times)]
    return [fault.kind if fault else None for fault in struck]


def test_nothing_ordered_nothing_strikes() -> None:
    assert Faults().take(SEARCH) is None


def test_a_fault_strikes_as_often_as_ordered() -> None:
    faults = Faults()
    faults.order(Fault("stall", times=2))
    assert kinds(faults, SEARCH, 3) == ["stall", "stall", None]


def test_a_fault_lets_the_requests_to_skip_pass() -> None:
    faults = Faults()
    faults.order(Fault("reset", skip=2))
    assert kinds(faults, SEARCH, 4) == [None, None, "reset", None]


def test_requests_that_do_not_match_are_spared_and_not_counted() -> None:
    faults = Faults()
    faults.order(Fault("reset", matching=r"contacts/search$", skip=1))
    assert kinds(faults, "GET /marketing/v3/emails", 3) == [None, None, None]
    assert kinds(faults, SEARCH, 2) == [None, "reset"]


def test_the_oldest_order_strikes_first() -> None:
    faults = Faults()
    faults.order(Fault("stall"))
    faults.order(Fault("reset"))
    assert kinds(faults, SEARCH, 3) == ["stall", "reset", None]


def test_an_order_that_skips_leaves_the_request_to_the_next() -> None:
    faults = Faults()
    faults.order(Fault("stall", skip=1))
    faults.order(Fault("reset"))
    assert kinds(faults, SEARCH, 2) == ["reset", "stall"]


def test_what_still_waits_can_be_asked() -> None:
    faults = Faults()
    order = Fault("truncate", times=2)
    faults.order(order)
    faults.take(SEARCH)
    assert faults.waiting() == ((order, 1),)
    faults.take(SEARCH)
    assert faults.waiting() == ()


def test_orders_can_be_dropped() -> None:
    faults = Faults()
    faults.order(Fault("stall", times=9))
    faults.clear()
    assert faults.take(SEARCH) is None


def test_a_pattern_that_is_none_is_refused_when_ordered() -> None:
    with pytest.raises(ValueError, match=r"'\(' is no regular expression"):
        Faults().order(Fault("stall", matching="("))


def test_an_order_for_no_requests_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="times must be at least 1"):
        Faults().order(Fault("stall", times=0))
