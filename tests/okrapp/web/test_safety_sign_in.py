"""Signing in and out: what lets one in, what does not, and what ends it."""

import re
from pathlib import Path

import pytest

from okrapp.web.attempts import FREE
from okrapp.web.guard import Guard
from okrapp.web.hosts import Names
from okrapp.web.passwords import Busy, Checks
from okrapp.web.sessions import IDLE, LONGEST, Sessions
from okrapp.web.viewers import Viewers
from okrmodel.reading.viewers_file import VIEWERS_FILE
from tests.okrapp.web.agency import (
    PASSWORD,
    TOKEN,
    Browser,
    Visit,
    cheap_passwords,
    let_in,
    published_agency,
    root,
    token_in,
    visit,
    with_password,
    with_token,
)

__all__ = ["published_agency", "root", "visit"]

pytestmark = pytest.mark.usefixtures(cheap_passwords.__name__)

PAGE = "/w/birch"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ewa(root: Path, visit: Visit, clock: Clock) -> Browser:
    """Before the door; she may see birch."""
    let_in(
        root,
        ewa=with_password("[birch]"),
        wall=with_token("[cedar]"),
        olga=with_password("all", "x" * 20),
    )
    return visit(Guard(Viewers(root), sessions=Sessions(clock)))


def inside(browser: Browser, page: str = PAGE) -> bool:
    return browser.get(page).status_code == 200


def test_whoever_asks_for_a_page_comes_back_to_it_after_signing_in(ewa: Browser) -> None:
    sent = ewa.get(f"{PAGE}?as_of=2026-11-20")
    assert sent.status_code == 303
    there = re.sub(r".*next=", "", sent.headers["location"])
    assert there == "/w/birch%3Fas_of%3D2026-11-20"
    form = ewa.get(sent.headers["location"])
    assert 'name="next" value="/w/birch?as_of=2026-11-20"' in form.text
    answer = ewa.sign_in(there="/w/birch?as_of=2026-11-20")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/w/birch?as_of=2026-11-20"
    assert inside(ewa)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ewa", "wrong horse battery staple"),
        ("ewa", ""),
        ("", PASSWORD),
        ("nobody", PASSWORD),
        ("olga", PASSWORD),
        ("wall", PASSWORD),
        ("ewa", TOKEN),
        ("ewa\x00", PASSWORD),
        ("ewa", PASSWORD + "\x00"),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("ewa", PASSWORD.upper()),
        ("ewa", "x" * 5000),
    ],
)
def test_nothing_else_lets_one_in_and_it_is_not_told_what_was_wrong(
    ewa: Browser, name: str, password: str
) -> None:
    answer = ewa.sign_in(name, password)
    assert answer.status_code == 401
    assert "The name or the password is wrong." in answer.text
    assert PASSWORD not in answer.text
    assert not inside(ewa)


def test_a_wall_screen_signs_in_with_its_token_as_pasted(ewa: Browser) -> None:
    assert ewa.sign_in("wall", f" {TOKEN}\n").status_code == 303
    assert inside(ewa, "/w/cedar")
    assert not inside(ewa)


def test_the_name_is_taken_however_a_phone_writes_it(ewa: Browser) -> None:
    assert ewa.sign_in(" Ewa ").status_code == 303


def test_a_program_sends_its_token_each_time_and_gets_no_session(ewa: Browser) -> None:
    answer = ewa.get("/api/v1/workspaces", Authorization=f"Bearer {TOKEN}")
    assert [each["id"] for each in answer.json()] == ["cedar"]
    assert "set-cookie" not in answer.headers
    assert ewa.get("/api/v1/workspaces").status_code == 401


@pytest.mark.parametrize(
    "given", ["Bearer", "Bearer ", "Bearer x", f"Basic {TOKEN}", TOKEN, "bearer  "]
)
def test_a_wrong_token_lets_nobody_in_also_beside_a_session(ewa: Browser, given: str) -> None:
    ewa.sign_in()
    assert ewa.get("/api/v1/workspaces", Authorization=given).status_code == 401


def test_a_workspace_for_others_is_told_of_like_one_that_there_is_not(ewa: Browser) -> None:
    ewa.sign_in()
    for path in ("/w/{}", "/w/{}/c/2026-Q4", "/w/{}/c/2026-Q4.csv", "/w/{}/runs.json",
                 "/api/v1/workspaces/{}", "/api/v1/workspaces/{}/runs", "/w/{}?known_at=nonsense"):  # fmt: skip
        hidden, missing = (ewa.get(path.format(name)) for name in ("cedar", "cedra"))
        assert hidden.status_code == missing.status_code == 404, path
        assert hidden.text.replace("cedar", "") == missing.text.replace("cedra", "")
    assert ewa.get("/w/birch/c/2026-Q4.csv").status_code == 200


def test_a_session_is_a_new_one_whatever_number_the_browser_came_with(ewa: Browser) -> None:
    ewa.cookies.set("okr", "chosen-by-somebody-else", domain="127.0.0.1", path="/")
    ewa.sign_in()
    number = ewa.cookies["okr"]
    assert number != "chosen-by-somebody-else"
    assert inside(ewa)
    fixed = Browser(ewa.app)
    fixed.cookies.set("okr", "chosen-by-somebody-else", domain="127.0.0.1", path="/")
    assert not inside(fixed)


def test_signing_in_again_ends_the_session_before(ewa: Browser) -> None:
    ewa.sign_in()
    first = Browser(ewa.app)
    first.cookies.set("okr", ewa.cookies["okr"], domain="127.0.0.1", path="/")
    assert inside(first)
    token = _form_token_of_a_second_form(ewa)
    fields = {"token": token, "name": "ewa", "password": PASSWORD}
    assert ewa.ask("POST", "/sign-in", data=fields).status_code == 303
    assert inside(ewa)
    assert not inside(first)


def _form_token_of_a_second_form(browser: Browser) -> str:
    other = Browser(browser.app)
    token = token_in(other.get("/sign-in"))
    browser.cookies.set("okr-form", other.cookies["okr-form"], domain="127.0.0.1", path="/")
    return token


def test_cookies_are_for_this_site_alone_and_for_no_script(ewa: Browser) -> None:
    told = ewa.sign_in().headers.get_list("set-cookie")[0]
    assert re.fullmatch(r"okr=[\w-]{43}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax", told)


def test_over_https_they_are_for_no_other_host_and_never_go_in_the_clear(
    root: Path, visit: Visit
) -> None:
    let_in(root, ewa=with_password("all"))
    guard = Guard(Viewers(root), Names({"okr.example.com"}))
    browser = visit(guard, host="okr.example.com", scheme="https")
    told = browser.sign_in().headers.get_list("set-cookie")[0]
    assert re.fullmatch(
        r"__Host-okr=[\w-]{43}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax; Secure", told
    )
    assert inside(browser)


def test_a_session_ends_after_twelve_idle_hours(ewa: Browser, clock: Clock) -> None:
    ewa.sign_in()
    for _ in range(3):
        clock.now += IDLE - 1
        assert inside(ewa)
    clock.now += IDLE + 1
    assert not inside(ewa)
    clock.now -= IDLE + 1
    assert not inside(ewa), "it is over for good"


def test_a_session_ends_after_seven_days_however_busy(ewa: Browser, clock: Clock) -> None:
    ewa.sign_in()
    began = clock.now
    while clock.now + IDLE / 2 <= began + LONGEST:
        clock.now += IDLE / 2
        assert inside(ewa)
    clock.now = began + LONGEST + 1
    assert not inside(ewa)


def test_of_too_many_sessions_the_one_longest_unseen_is_over() -> None:
    sessions = Sessions(Clock(), most=2)
    first, second = sessions.begin("a", ""), sessions.begin("b", "")
    assert sessions.found(first)
    third = sessions.begin("c", "")
    assert sessions.found(second) is None
    assert sessions.found(first)
    assert sessions.found(third)


def test_one_signs_out_with_the_button_only(ewa: Browser) -> None:
    ewa.sign_in()
    page = ewa.get(PAGE)
    assert ewa.get("/sign-out").status_code == 405
    assert ewa.ask("POST", "/sign-out", data={"token": "guessed"}).status_code == 403
    assert ewa.ask("POST", "/sign-out").status_code == 403
    assert inside(ewa)
    kept = Browser(ewa.app)
    kept.cookies.set("okr", ewa.cookies["okr"], domain="127.0.0.1", path="/")
    answer = ewa.ask("POST", "/sign-out", data={"token": token_in(page)})
    assert answer.headers["location"] == "/sign-in"
    assert not inside(ewa)
    assert not inside(kept), "the number is worth nothing any more"


def test_a_viewer_who_is_taken_out_is_out_at_once(ewa: Browser, root: Path) -> None:
    ewa.sign_in()
    assert inside(ewa)
    before = (root / VIEWERS_FILE).read_text("utf-8")
    let_in(root, wall=with_token("[birch]"))
    assert not inside(ewa)
    (root / VIEWERS_FILE).write_text(before, "utf-8")
    assert not inside(ewa), "the session does not come back with the entry"


def test_another_password_or_fewer_workspaces_hold_at_once(ewa: Browser, root: Path) -> None:
    ewa.sign_in()
    text = (root / VIEWERS_FILE).read_text("utf-8")
    (root / VIEWERS_FILE).write_text(text.replace("[birch]", "[cedar]"), "utf-8")
    assert not inside(ewa)
    assert inside(ewa, "/w/cedar")
    let_in(root, ewa=with_password("[cedar]"))
    assert not inside(ewa, "/w/cedar"), "the same password with other salt is another digest"


def test_a_file_that_is_taken_away_or_broken_opens_nothing(root: Path, visit: Visit) -> None:
    let_in(root, ewa=with_password("all"))
    told: list[str] = []
    browser = visit(Guard(Viewers(root, told.append)))
    browser.sign_in()
    assert inside(browser)
    (root / VIEWERS_FILE).write_text("viewers: [", "utf-8")
    assert not inside(browser)
    assert told
    assert told[0].startswith("viewers.yaml:1:")
    (root / VIEWERS_FILE).unlink()
    assert not inside(browser)


def test_a_file_that_comes_closes_the_pages(root: Path, visit: Visit) -> None:
    browser = visit()
    assert inside(browser)
    assert browser.get("/sign-in").headers["location"] == "/"
    let_in(root, ewa=with_password("all"))
    assert not inside(browser)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://127.0.0.1.evil.example:8080"},
    ],
)
def test_a_form_on_another_site_signs_nobody_in(ewa: Browser, headers: dict[str, str]) -> None:
    answer = ewa.sign_in(**headers)
    assert answer.status_code == 403
    assert not inside(ewa)
    assert ewa.sign_in(**{"Sec-Fetch-Site": "same-origin"}).status_code == 303


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://127.0.0.1:8080"}, {"Sec-Fetch-Site": "none"}, {}]
)
def test_our_own_form_does(ewa: Browser, headers: dict[str, str]) -> None:
    assert ewa.sign_in(**headers).status_code == 303


@pytest.mark.parametrize("spoil", ["no-token", "wrong-token", "no-cookie", "others-cookie"])
def test_a_form_without_its_token_or_cookie_is_shown_again(ewa: Browser, spoil: str) -> None:
    fields = {"token": token_in(ewa.get("/sign-in")), "name": "ewa", "password": PASSWORD}
    if spoil == "no-token":
        del fields["token"]
    elif spoil == "wrong-token":
        fields["token"] = "0" * 64
    else:
        ewa.cookies.clear()
        if spoil == "others-cookie":
            ewa.get("/sign-in")
    answer = ewa.ask("POST", "/sign-in", data=fields)
    assert answer.status_code == 403
    assert "This form has expired." in answer.text
    assert not inside(ewa)
    fields["token"] = token_in(answer)
    assert ewa.ask("POST", "/sign-in", data=fields).status_code == 303


def test_after_too_many_failures_even_the_right_password_has_to_wait(ewa: Browser) -> None:
    for _ in range(FREE):
        assert ewa.sign_in(password="guess").status_code == 401
    answer = ewa.sign_in()
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"
    assert "Try again in 1 minute." in answer.text
    assert not inside(ewa)
    other = Browser(ewa.app, address="198.51.100.1")
    assert other.sign_in().status_code == 429, "the name waits, wherever it comes from"
    assert other.sign_in("olga", "x" * 20).status_code == 303
    assert Browser(ewa.app).sign_in("olga", "x" * 20).status_code == 429, "so does the address"


def test_when_too_many_are_being_checked_others_are_asked_to_come_again(
    ewa: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> bool:
        raise Busy

    with monkeypatch.context() as patch:
        patch.setattr(Checks, "is_right", busy)
        for _ in range(FREE + 1):
            answer = ewa.sign_in()
            assert answer.status_code == 503, "nobody guessed, so nobody has to wait"
            assert answer.headers["retry-after"] == "5"
    assert ewa.sign_in().status_code == 303


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("pl", "Zaloguj się"),
        ("de-AT,en;q=0.5", "Anmelden"),
        ("fr,pl;q=0.8", "Zaloguj się"),
        ("", "Sign in"),
        ("x" * 5000, "Sign in"),
    ],
)
def test_the_form_speaks_the_browsers_language(ewa: Browser, wanted: str, words: str) -> None:
    assert f">{words}</h1>" in ewa.get("/sign-in", **{"Accept-Language": wanted}).text


def test_whoever_is_signed_in_is_not_asked_again(ewa: Browser) -> None:
    ewa.sign_in()
    assert ewa.get("/sign-in?next=/w/birch").headers["location"] == "/w/birch"
