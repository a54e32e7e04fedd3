"""How often one may guess, by a clock of our own."""

from hypothesis import given
from hypothesis import strategies as st

from okrapp.web.attempts import FREE, QUIET, Attempts, network_of

NAMES = ("ewa", "olga", "nobody")
PLACES = ("192.0.2.1", "192.0.2.2")


class Clock:
    def __init__(self) -> None:
        self.now = 5.0

    def __call__(self) -> float:
        return self.now


def guesser(most: int = 100) -> tuple[Attempts, Clock]:
    clock = Clock()
    return Attempts(clock, most), clock


def test_the_waits_grow_from_half_a_minute_to_a_quarter_of_an_hour() -> None:
    attempts, clock = guesser()
    waits = []
    for _ in range(FREE + 8):
        if wait := attempts.begin("ewa", "192.0.2.1"):
            waits.append(wait)
            clock.now += wait
            assert attempts.begin("ewa", "192.0.2.1") == 0
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_after_a_quiet_quarter_of_an_hour_all_is_forgotten() -> None:
    attempts, clock = guesser()
    for _ in range(FREE):
        attempts.begin("ewa", "192.0.2.1")
    clock.now += 30 + QUIET + 1
    assert [attempts.begin("ewa", "192.0.2.1") for _ in range(FREE)] == [0.0] * FREE


def test_a_hundred_at_once_are_no_more_than_a_hundred_one_after_another() -> None:
    attempts, _ = guesser()
    assert sum(attempts.begin("ewa", f"192.0.2.{n}") == 0 for n in range(100)) == FREE


def test_a_success_frees_the_name_but_not_the_address() -> None:
    attempts, _ = guesser()
    for _ in range(FREE - 1):
        attempts.begin("olga", "192.0.2.1")
    assert attempts.begin("ewa", "192.0.2.1") == 0
    attempts.succeeded("ewa", "192.0.2.1")
    assert attempts.begin("ewa", "192.0.2.1") == 0
    assert attempts.begin("ewa", "192.0.2.1") > 0, (
        "with a password of one's own one guesses no more"
    )
    assert attempts.begin("ewa", "192.0.2.2") == 0


def test_after_a_success_the_name_is_as_good_as_new() -> None:
    attempts, _ = guesser()
    for n in range(FREE):
        attempts.begin("ewa", f"192.0.2.{n}")
    attempts.succeeded("ewa", "192.0.2.4")
    assert [attempts.begin("ewa", f"198.51.100.{n}") for n in range(FREE)] == [0.0] * FREE


def test_who_has_to_wait_crowds_out_nobody() -> None:
    attempts, _ = guesser(most=8)
    for n in range(FREE):
        attempts.begin("ewa", f"192.0.2.{n}")
    for _ in range(FREE):
        attempts.begin("x", "198.51.100.1")
    for n in range(50):
        assert attempts.begin(f"made-up-{n}", "198.51.100.1") > 0
    assert attempts.begin("ewa", "203.0.113.1") > 0


Step = tuple[str, str, float, bool]
steps = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(PLACES),
        st.floats(0, 400),
        st.booleans(),
    ),
    max_size=80,
)


@given(steps)
def test_what_gets_through_is_bounded_in_every_quarter_of_an_hour(taken: list[Step]) -> None:
    attempts, clock = guesser()
    failures: dict[str, list[float]] = {}
    for name, place, pause, succeeds in taken:
        clock.now += pause
        wait = attempts.begin(name, place)
        assert 0 <= wait <= QUIET
        if wait:
            continue
        if succeeds:
            attempts.succeeded(name, place)
            failures.pop(name, None)
        else:
            failures.setdefault(name, []).append(clock.now)
            failures.setdefault(place, []).append(clock.now)
    # Five for nothing, then after 30, 60, 120 and 240 seconds: a tenth would need 480 more.
    for times in failures.values():
        for first in times:
            assert sum(first <= at < first + QUIET for at in times) <= FREE + 5


@given(steps)
def test_the_wait_that_is_told_is_enough_unless_somebody_else_fails(taken: list[Step]) -> None:
    attempts, clock = guesser()
    for name, place, pause, _ in taken:
        clock.now += pause
        if wait := attempts.begin(name, place):
            clock.now += wait
            assert attempts.begin(name, place) == 0


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=200))
def test_what_is_remembered_is_bounded(guesses: list[tuple[str, str]]) -> None:
    attempts, _ = guesser(most=10)
    for name, place in guesses:
        attempts.begin(name, place)
        assert all(len(kept) <= 10 for kept in attempts._counts)


def test_one_person_has_one_address_or_one_network() -> None:
    assert network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") == "2001:db8::/64"
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of(None) == network_of("testclient") == ""
