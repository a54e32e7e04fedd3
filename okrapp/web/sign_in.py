"""Signing in and out."""

import asyncio
import math
import secrets
from collections.abc import Callable, Mapping
from hmac import compare_digest
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from okrapp.web.attempts import network_of
from okrapp.web.guard import SIGN_IN, Guard
from okrapp.web.local import local
from okrapp.web.page import Page
from okrapp.web.passwords import Busy
from okrapp.web.sessions import FORM, SESSION, cookie, delete_cookie, set_cookie
from okrmodel.definitions.viewers import Admission
from okrmodel.telling.texts import LANGUAGES

_MOST_BYTES = 8192
_MOST_FIELDS = 10
_READING_SECONDS = 10
_BUSY_SECONDS = 5

Shown = Callable[[Request, Page, int], Response]
"""A page as an answer with a status."""


def sign_in_pages(guard: Guard, shown: Shown) -> APIRouter:
    """The form, what it sends, and the way out."""
    router = APIRouter(include_in_schema=False)

    @router.get(SIGN_IN)
    async def form(request: Request, next: str = "") -> Response:  # noqa: A002 - the address's word
        if guard.viewer(request):
            return RedirectResponse(local(next), 303)
        return _form(request, guard, shown, there=next)

    @router.post(SIGN_IN)
    async def sign_in(request: Request) -> Response:
        given = await _read(request)
        if not _meant(request, guard, given):
            return _form(request, guard, shown, there=given.get("next", ""), told="expired")
        return await _judged(request, guard, shown, given)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        number = cookie(request, SESSION)
        session = guard.sessions.found(number) if number else None
        if session:
            token = (await _read(request)).get("token", "")
            if not compare_digest(token.encode(), session.token.encode()):
                raise HTTPException(403)
            guard.sessions.end(number)
        answer = RedirectResponse(SIGN_IN, 303)
        delete_cookie(request, answer, SESSION)
        return answer

    return router


async def _judged(
    request: Request, guard: Guard, shown: Shown, given: Mapping[str, str]
) -> Response:
    """The answer to a name and a password or token."""
    name = given.get("name", "").strip().lower()
    there = given.get("next", "")
    address = network_of(request.client.host if request.client else None)
    if wait := guard.attempts.begin(name, address):
        return _form(request, guard, shown, there=there, name=name, told="wait", seconds=wait)
    everybody = guard.viewers.all()
    admission = everybody.get(name)
    digests = [each.digest for each in everybody.values()]
    try:
        right = await guard.checks.is_right(
            given.get("password", ""), admission.digest if admission else None, digests
        )
    except Busy:
        guard.attempts.withdrawn(name, address)
        return _form(
            request, guard, shown, there=there, name=name, told="busy", seconds=_BUSY_SECONDS
        )
    if admission is None or not right:
        return _form(request, guard, shown, there=there, name=name, told="wrong")
    guard.attempts.succeeded(name, address)
    return _begun(request, guard, name, admission, there)


def _begun(request: Request, guard: Guard, name: str, admission: Admission, there: str) -> Response:
    """A new session, whatever number the browser came with."""
    guard.sessions.end(cookie(request, SESSION))
    answer = RedirectResponse(local(there), 303)
    set_cookie(request, answer, SESSION, guard.sessions.begin(name, admission.digest))
    delete_cookie(request, answer, FORM)
    return answer


_STATUS = {"": 200, "expired": 403, "wrong": 401, "wait": 429, "busy": 503}


def _form(
    request: Request,
    guard: Guard,
    shown: Shown,
    *,
    there: str,
    name: str = "",
    told: str = "",
    seconds: float = 0.0,
) -> Response:
    """The form, with what there is to say of the last attempt."""
    seed = cookie(request, FORM) or secrets.token_urlsafe(32)
    content = {
        "there": local(there),
        "name": name,
        "told": told,
        "minutes": math.ceil(seconds / 60),
        "token": guard.sessions.form_token(seed),
    }
    page = Page("sign_in.html", None, content, _language(request), SIGN_IN)
    answer = shown(request, page, _STATUS[told])
    if seconds:
        answer.headers["Retry-After"] = str(math.ceil(seconds))
    if told == "wrong":
        answer.headers["WWW-Authenticate"] = "Bearer"
    set_cookie(request, answer, FORM, seed)
    return answer


def _meant(request: Request, guard: Guard, given: Mapping[str, str]) -> bool:
    """Whether the form was filled in here: another site knows no pair of cookie and token."""
    seed = cookie(request, FORM)
    expected = guard.sessions.form_token(seed)
    return bool(seed) and compare_digest(given.get("token", "").encode(), expected.encode())


async def _read(request: Request) -> dict[str, str]:
    """The fields of a small form.

    Raises:
        HTTPException: It is none of ours.
    """
    body = b""
    try:
        async with asyncio.timeout(_READING_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400) from None
    return dict(pairs)


def _language(request: Request) -> str:
    """The first of the browser's languages that there are texts in."""
    wanted = request.headers.get("accept-language", "").split(",")
    asked = (each.partition(";")[0].partition("-")[0].strip().lower() for each in wanted)
    return next((each for each in asked if each in LANGUAGES), LANGUAGES[0])
