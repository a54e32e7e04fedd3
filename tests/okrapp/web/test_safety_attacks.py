"""What somebody tries who means ill: in names, questions, hosts, headers, and with patience."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import Headers
from starlette.types import Message

from okrapp.web import sign_in
from okrapp.web.guard import Guard
from okrapp.web.hosts import Names, comes_from_here
from okrapp.web.local import local
from okrapp.web.moments import FIRST, LAST, AskedDay, AskedInstant
from okrapp.web.viewers import Viewers
from tests.okrapp.web.agency import (
    Visit,
    cheap_passwords,
    let_in,
    published_agency,
    raw,
    root,
    visit,
    with_password,
)

__all__ = ["cheap_passwords", "published_agency", "root", "visit"]

EVIL = (
    "..",
    ".",
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "..%252f..%252fetc",
    "%2e%2e%2f%2e%2e",
    "..\\..\\windows",
    "%00",
    "birch%00.csv",
    "' OR '1'='1",
    "birch' --",
    "birch'; DROP TABLE publication; --",
    "1 UNION SELECT sql FROM sqlite_master",
    "x\r\nSet-Cookie: okr=evil",
    "%0d%0aX-Evil: yes",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%ff%fe",
    "\N{RIGHT-TO-LEFT OVERRIDE}hcrib",
    "BIRCH",
    "birch ",
    "b" * 900,
    "9" * 400,
)
PLACES = (
    "/w/{}",
    "/w/birch/c/{}",
    "/w/birch/c/{}.csv",
    "/w/birch/c/2026-Q4/{}.json",
    "/w/birch/runs.{}",
    "/static/{}",
    "/api/v1/workspaces/{}",
    "/api/v1/workspaces/birch/cycles/{}/key-results",
    "/api/v1/workspaces/birch/cycles/2026-Q4/key-results/{}",
    "/api/v1/workspaces/birch/runs/{}",
)


def test_a_name_in_a_path_is_looked_up_and_nothing_else(visit: Visit) -> None:
    app = visit().app
    for place in PLACES:
        for name in EVIL:
            for path in (place.format(name), place.format(quote(name, safe=""))):
                answer = raw(app, path)
                assert answer.status in {404, 414, 422}, (path, answer.status)
                told = b"".join(b"%s: %s" % pair for pair in answer.headers).lower()
                assert b"x-evil" not in told
                assert b"okr=evil" not in told
                assert "<script>alert" not in answer.body
                assert "root:" not in answer.body
    assert raw(app, "/w/birch").status == 200, "all is still there"


QUESTIONS = (
    "as_of={}",
    "known_at={}",
    "order={}",
    "as_of=2026-11-20&as_of={}",
)
NONSENSE = (
    *EVIL,
    "",
    "0",
    "1",
    "-1",
    "1e400",
    "NaN",
    "infinity",
    "now",
    "2026-13-01",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-11-20T25:00:00",
    "2026-11-20T10:00:00+99:00",
    "99999-01-01T00:00:00Z",
    "-99999999999999999999",
    "\N{FULLWIDTH DIGIT TWO}026-11-20",
)


def test_nonsense_is_a_wrong_question_and_breaks_nothing(visit: Visit) -> None:
    browser = visit()
    for page in ("/w/birch", "/w/birch/c/2026-Q4.csv", "/api/v1/workspaces/birch/runs"):
        for question in QUESTIONS:
            for nonsense in NONSENSE:
                answer = browser.get(f"{page}?{question.format(quote(nonsense, safe=''))}")
                assert answer.status_code in {200, 404, 414, 422}, (page, question, nonsense)
                assert "<script>alert" not in answer.text
                if "order" not in question and not page.endswith("runs"):
                    assert answer.status_code != 200, (page, question, nonsense)


@pytest.mark.parametrize(
    ("told", "instant"),
    [
        ("2026-11-05T06:00:00+01:00", "2026-11-05T06:00:00+01:00"),
        ("2026-11-05T06:00:00 01:00", "2026-11-05T06:00:00+01:00"),
        ("2026-11-05T06:00:00-05:00", "2026-11-05T06:00:00-05:00"),
        ("2026-11-05T06:00Z", "2026-11-05T06:00:00+00:00"),
        ("2026-11-05T06:00:00", "2026-11-05T06:00:00"),
    ],
)
def test_an_instant_is_read_as_one_writes_it_also_with_its_plus_forgotten(
    told: str, instant: str
) -> None:
    assert TypeAdapter(AskedInstant).validate_python(told).isoformat() == instant


@given(st.text(max_size=30))
def test_days_and_instants_are_read_or_refused(told: str) -> None:
    for kind in (AskedDay, AskedInstant):
        try:
            found = TypeAdapter(kind).validate_python(told)
        except ValidationError:
            continue
        assert FIRST <= found.year <= LAST


@pytest.mark.parametrize(
    "path",
    ["/w/" + "x" * 2000, "/w/birch?order=" + "x" * 4000, "/sign-in?next=/" + "x" * 4000],
)
def test_what_is_too_long_is_not_read(visit: Visit, path: str) -> None:
    assert visit().get(path).status_code == 414


@pytest.mark.parametrize(
    "there",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/w/birch\r\nSet-Cookie: okr=evil",
        "/w/birch\x00",
        "evil.example",
        "",
        "/sign-in?next=//evil.example",
        "/sign-out",
        "/\N{FULLWIDTH LATIN SMALL LETTER E}vil",
        "/\x80/evil",
        "/w/" + "x" * 3000,
    ],
)
def test_nobody_is_sent_to_another_place(there: str) -> None:
    assert local(there) == "/"


@given(st.text(alphabet="/\\:.?#@ \t\r\nevil%25", max_size=12))
def test_where_one_is_sent_is_a_path_of_ours(there: str) -> None:
    found = local(there)
    here = httpx.URL("https://okr.example.com/sign-in")
    assert here.join(found).host == "okr.example.com"
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert found.isprintable()


@pytest.mark.parametrize("there", ["/", "/w/birch?as_of=2026-11-20", "/w/birch/c/2026-Q4#mqls"])
def test_one_is_sent_on_to_a_page_of_ours(there: str) -> None:
    assert local(there) == there


@pytest.mark.parametrize("there", ["//evil.example", "/\\evil.example", "/x\r\nX-Evil: 1"])
def test_the_form_sends_nobody_away_either(
    visit: Visit, root: Path, there: str, cheap_passwords: None
) -> None:
    let_in(root, ewa=with_password("all"))
    browser = visit()
    assert browser.sign_in(there=there).headers["location"] == "/"
    answer = browser.get(f"/sign-in?next={quote(there, safe='')}")
    assert answer.headers["location"] == "/"
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example#@127.0.0.1",
        "evil.example@127.0.0.1",
        "127.0.0.1:80@evil.example",
        "192.168.1.5",
        "169.254.169.254",
        "127.0.0.1:x",
        "[::1",
        "127.0.0.1/evil",
        "",
        "a" * 300,
        "2130706433",
        "0x7f.1",
    ],
)
def test_a_host_that_is_not_ours_gets_nothing(host: str) -> None:
    assert not Names({"okr.example.com"}).has(host)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8080",
        "localhost:9000",
        "LOCALHOST",
        "[::1]:8080",
        "okr.example.com",
        "OKR.example.com.",
        "127.0.0.2",
    ],
)
def test_our_own_names_are_answered_under_any_port(host: str) -> None:
    assert Names({"okr.example.com"}).has(host)


def test_where_others_come_by_address_an_address_is_enough_but_no_name_is() -> None:
    names = Names(loopback_only=False)
    assert names.has("192.168.1.5:8080")
    assert names.has("[2001:db8::1]")
    assert not names.has("evil.example")


def test_a_page_of_another_site_that_leads_its_own_name_here_reads_nothing(visit: Visit) -> None:
    answer = visit(host="evil.example").get("/w/birch")
    assert answer.status_code == 421
    assert "Birch" not in answer.text


def test_two_hosts_or_none_are_refused(visit: Visit) -> None:
    for hosts in ((), ("127.0.0.1", "evil.example"), ("127.0.0.1", "127.0.0.1")):
        assert raw(visit().app, "/w/birch", hosts=hosts).status == 421


def test_a_name_behind_a_proxy_is_the_pages_own_origin() -> None:
    names = Names({"okr.example.com"})
    for origin, ours in (("https://okr.example.com", True), ("https://evil.example", False)):
        headers = Headers({"host": "127.0.0.1:8080", "origin": origin})
        assert comes_from_here(headers, names) is ours


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "TRACE", "EVIL"])
def test_whatever_may_change_something_is_refused_to_another_site(
    visit: Visit, method: str
) -> None:
    headers = {"Origin": "https://evil.example"}
    assert visit().ask(method, "/w/birch", headers=headers).status_code == 403


def test_a_form_as_large_as_a_book_is_not_read_to_its_end(visit: Visit, root: Path) -> None:
    let_in(root, ewa=with_password("all"))

    async def book() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"x" * 4096

    browser = visit()
    answer = browser.ask("POST", "/sign-in", content=book())
    assert answer.status_code == 413
    many = "&".join(f"a{n}=1" for n in range(50))
    assert browser.ask("POST", "/sign-in", content=many.encode()).status_code == 400
    assert browser.ask("POST", "/sign-in", content=b"\xff\xfe").status_code == 400


def test_a_form_that_never_ends_is_given_up(
    visit: Visit, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_in(root, ewa=with_password("all"))
    monkeypatch.setattr(sign_in, "_READING_SECONDS", 0.01)

    async def endless() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    assert raw(visit().app, "/sign-in", method="POST", receive=endless).status == 408


def test_the_name_that_was_typed_comes_back_escaped(
    visit: Visit, root: Path, cheap_passwords: None
) -> None:
    let_in(root, ewa=with_password("all"))
    answer = visit().sign_in('"><script>alert(1)</script>', "x")
    assert answer.status_code == 401
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_no_list_names_what_one_may_not_see(
    visit: Visit, root: Path, cheap_passwords: None
) -> None:
    let_in(root, ewa=with_password("[birch]"))
    browser = visit(Guard(Viewers(root)))
    browser.sign_in()
    for path in ("/", "/runs", "/api/v1/workspaces", "/w/birch", "/w/birch/runs"):
        answer = browser.get(path)
        assert "cedar" not in answer.text.lower(), path
    assert [each["id"] for each in json.loads(browser.get("/api/v1/workspaces").text)] == ["birch"]
