"""Which path is answered by what, in v3 and in the dated form of the same endpoints."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.hubspot import account, catalogue, objects, search
from sandbox.hubspot.call import Call
from sandbox.hubspot.contacts import CONTACTS
from sandbox.hubspot.errors import (
    RefusedError,
    Reply,
    error,
    json_reply,
    page_not_found,
    rate_limited,
)
from sandbox.hubspot.objects import kind_of
from sandbox.hubspot.portal import Portal

Serve = Callable[..., Any]
"""Given the portal, the call and the path's variable parts: the JSON, or (status, JSON)."""

_DATED = re.compile(
    r"^/(crm/(?:objects|properties|pipelines|owners|lists)|marketing/emails|account-info|oauth)"
    r"/\d{4}-\d\d(?:-beta)?(?=/|$)"
)
_OBJECT = ("crm.objects.{kind}.read",)
_SCHEMA = ("crm.schemas.{kind}.read", "crm.objects.{kind}.read")
_EMAIL = ("marketing.email.read", "content")


@dataclass(frozen=True)
class Route:
    """One endpoint. `scopes`: any one of them will do; {kind} is the first variable part."""

    verb: str
    path: re.Pattern[str]
    serve: Serve
    scopes: tuple[str, ...] = ()
    search: bool = False
    """Counts against the search limit instead of the ten-secondly one."""


def answer(portal: Portal, call: Call) -> Reply:
    """The reply to a request: found, let in, let through, served."""
    path = canonical(call.path)
    try:
        if call.verb == "POST" and path in TOKEN_PATHS:
            return json_reply(200, portal.access.issue(call))
        route, parts = _find(call.verb, path)
        app = portal.access.check(call.token, _scopes(route, parts))
        passed = portal.limits.ask(app, search=route.search)
        if passed.policy:
            return rate_limited(passed.policy, passed.headers)
        try:
            content = route.serve(portal, call, *parts)
        except RefusedError as refusal:
            # A refused request went through the limits like any other: same headers.
            headers = {**passed.headers, **refusal.reply.headers}
            return replace(refusal.reply, headers=headers)
    except RefusedError as refusal:
        return refusal.reply
    status, content = content if isinstance(content, tuple) else (200, content)
    return json_reply(status, content, passed.headers)


def is_search(verb: str, path: str) -> bool:
    """Whether the request counts against the search limit."""
    try:
        return _find(verb, canonical(path))[0].search
    except RefusedError:
        return False


def canonical(path: str) -> str:
    """The v3 path without a trailing slash: /crm/objects/2026-03/x/ is /crm/v3/objects/x."""
    path = path.rstrip("/")
    dated = _DATED.match(path)
    if not dated:
        return path
    room, *rest = dated[1].split("/")
    return "/".join(["", room, "v3", *rest]) + path[dated.end() :]


def _find(verb: str, path: str) -> tuple[Route, tuple[str, ...]]:
    other_verb = False
    for route in _ROUTES:
        found = route.path.fullmatch(path)
        if found and route.verb == verb:
            return route, found.groups()
        other_verb = other_verb or bool(found)
    if other_verb:
        raise RefusedError(error(405, "HTTP 405 Method Not Allowed"))
    raise RefusedError(page_not_found())


def _scopes(route: Route, parts: tuple[str, ...]) -> tuple[str, ...]:
    if not any("{kind}" in scope for scope in route.scopes):
        return route.scopes
    kind = kind_of(parts[0]).name
    return tuple(scope.format(kind=kind) for scope in route.scopes)


def _search(portal: Portal, call: Call, name: str) -> dict[str, Any]:
    view = portal.indexed(kind_of(name))
    return search.answer(view, search.Search.parse(call.body), empty=call.empty_page)


def _route(verb: str, path: str, serve: Serve, scopes: tuple[str, ...] = (), **more: Any) -> Route:
    return Route(verb, re.compile(path), serve, scopes, **more)


TOKEN_PATHS = {"/oauth/v1/token", "/oauth/v3/token"}
_ROUTES = (
    _route("POST", r"/crm/v3/objects/([^/]+)/search", _search, _OBJECT, search=True),
    _route(
        "GET",
        r"/crm/v3/objects/([^/]+)",
        lambda portal, call, name: objects.listing(portal.now(kind_of(name)), call),
        _OBJECT,
    ),
    _route(
        "POST",
        r"/crm/v3/objects/([^/]+)/batch/read",
        lambda portal, call, name: objects.batch(portal.now(kind_of(name)), call),
        _OBJECT,
    ),
    _route(
        "GET",
        r"/crm/v3/objects/([^/]+)/([^/]+)",
        lambda portal, call, name, number: objects.one(portal.now(kind_of(name)), number, call),
        _OBJECT,
    ),
    _route(
        "GET",
        r"/crm/v3/properties/([^/]+)",
        lambda _portal, _call, name: catalogue.properties(kind_of(name)),
        _SCHEMA,
    ),
    _route(
        "GET",
        r"/crm/v3/properties/([^/]+)/([^/]+)",
        lambda _portal, _call, name, each: catalogue.property_named(kind_of(name), each),
        _SCHEMA,
    ),
    _route(
        "GET",
        # What it was called before; programs that have not changed over still ask so.
        r"/properties/v2/(contact|deal)s?/properties",
        lambda _portal, _call, name: catalogue.properties(kind_of(f"{name}s"))["results"],
        ("crm.objects.contacts.read",),
    ),
    _route(
        "GET",
        r"/crm/v3/pipelines/([^/]+)",
        lambda _portal, _call, name: catalogue.pipelines(kind_of(name)),
        _SCHEMA,
    ),
    _route(
        "GET",
        r"/crm/v3/schemas",
        # Custom objects: this pretend portal has none.
        lambda _portal, _call: {"results": []},
        ("crm.schemas.custom.read",),
    ),
    _route(
        "GET",
        r"/crm/v3/owners",
        lambda _portal, call: catalogue.owners(call),
        ("crm.objects.owners.read",),
    ),
    _route(
        "POST",
        r"/crm/v3/lists/search",
        lambda portal, call: catalogue.lists(portal.now(CONTACTS), call),
        ("crm.lists.read",),
    ),
    _route(
        "GET",
        r"/account-info/v3/details",
        lambda portal, _call: account.details(portal.company, portal.clock, portal.account_type),
    ),
    _route(
        "GET",
        r"/account-info/v3/api-usage/daily/private-apps",
        lambda portal, _call: account.usage(portal.clock, portal.limits),
    ),
    _route(
        "GET",
        r"/marketing/v3/emails/statistics/list",
        lambda portal, call: portal.statistics.listing(call, portal.clock.now_ms()),
        _EMAIL,
    ),
    _route(
        "GET",
        r"/marketing/v3/emails/statistics/histogram",
        lambda portal, call: portal.statistics.histogram(call, portal.clock.now_ms()),
        _EMAIL,
    ),
    _route(
        "GET",
        r"/marketing/v3/emails",
        lambda portal, call: portal.emails.listing(call, portal.clock.now_ms()),
        _EMAIL,
    ),
    _route(
        "GET",
        r"/marketing/v3/emails/([^/]+)",
        lambda portal, call, number: portal.emails.one(number, call, portal.clock.now_ms()),
        _EMAIL,
    ),
)
