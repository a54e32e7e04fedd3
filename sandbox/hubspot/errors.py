"""The answers that say no, in the shapes that HubSpot has been seen to send."""

import json
from dataclasses import dataclass, field, replace
from uuid import uuid4

JSON = "application/json;charset=utf-8"
HTML = "text/html;charset=utf-8"
CORRELATION = "x-hubspot-correlation-id"


@dataclass(frozen=True)
class Reply:
    """One HTTP answer, ready to be written."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    media: str = JSON


class RefusedError(Exception):
    """Raised while answering: the reply to send instead."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def json_reply(status: int, content: object, headers: dict[str, str] | None = None) -> Reply:
    body = json.dumps(content, separators=(",", ":")).encode()
    return Reply(status, body, headers or {})


def error(
    status: int, message: str, headers: dict[str, str] | None = None, **more: object
) -> Reply:
    """The common shape: status, message, correlationId, then what the case adds."""
    correlation = str(uuid4())
    content = {"status": "error", "message": message, "correlationId": correlation, **more}
    return json_reply(status, content, {CORRELATION: correlation, **(headers or {})})


def invalid(message: str) -> RefusedError:
    """400 VALIDATION_ERROR: understood, but not allowed."""
    return RefusedError(error(400, message, category="VALIDATION_ERROR"))


def unreadable(problem: str, column: int = 1) -> RefusedError:
    """400 without a category: the body did not become a request."""
    return RefusedError(error(400, f"Invalid input JSON on line 1, column {column}: {problem}"))


def not_found(message: str) -> RefusedError:
    return RefusedError(error(404, message, category="OBJECT_NOT_FOUND"))


def unknown_object(name: str) -> RefusedError:
    return RefusedError(error(400, f"Unable to infer object type from: {name}"))


def unauthenticated() -> RefusedError:
    return RefusedError(
        error(
            401,
            "Authentication credentials not found. This API supports OAuth 2.0 authentication and "
            "you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
            category="INVALID_AUTHENTICATION",
        )
    )


def expired(seconds: int) -> RefusedError:
    """401 for an access token that was good until `seconds` ago."""
    message = f"The OAuth token used to make this call expired {seconds} second(s) ago."
    context = {"expire time": [f"{seconds} seconds ago"]}
    return RefusedError(error(401, message, category="EXPIRED_AUTHENTICATION", context=context))


def missing_scopes(scopes: tuple[str, ...]) -> RefusedError:
    """403 in the form that private apps get: any one of `scopes` would do."""
    detail = {
        "message": "One or more of the following scopes are required.",
        "context": {"requiredGranularScopes": list(scopes)},
    }
    return RefusedError(
        error(
            403,
            "This app hasn't been granted all required scopes to make this call. "
            "Read more about required scopes here: https://developers.hubspot.com/scopes.",
            errors=[detail],
            links={"scopes": "https://developers.hubspot.com/scopes"},
            category="MISSING_SCOPES",
        )
    )


_POLICY_MESSAGES = {
    "TEN_SECONDLY_ROLLING": "You have reached your ten_secondly_rolling limit.",
    "SECONDLY": "You have reached your secondly limit.",
    "DAILY": "You have reached your daily limit.",
}


def rate_limited(policy: str, headers: dict[str, str] | None = None) -> Reply:
    """429 by one of TEN_SECONDLY_ROLLING, SECONDLY (search) and DAILY."""
    return error(
        429,
        _POLICY_MESSAGES[policy],
        headers,
        errorType="RATE_LIMIT",
        policyName=policy,
        groupName="publicapi:private-apps-api-calls-account",
    )


def page_not_found() -> Reply:
    """HubSpot answers paths that it does not know with a web page."""
    return _page(404, "Not Found")


_FAULT_MESSAGES = {
    400: ("Bad request.", "VALIDATION_ERROR"),
    414: ("URI too long.", "VALIDATION_ERROR"),
    423: ("This resource is locked. Wait at least 2 seconds between retries.", "LOCKED"),
    429: ("You have reached your ten_secondly_rolling limit.", "RATE_LIMITS"),
    477: ("This account is being migrated to another data hosting location.", "MIGRATION"),
    500: ("internal error", "INTERNAL_ERROR"),
    503: ("The service is temporarily unavailable.", "SERVICE_UNAVAILABLE"),
}
_FAULT_PAGES = {
    404: "Not Found",
    502: "Bad Gateway",
    504: "Gateway Time-out",
    521: "Web server is down",
    522: "Connection timed out",
    523: "Origin is unreachable",
    524: "A timeout occurred",
    525: "SSL handshake failed",
    526: "Invalid SSL certificate",
}


def ordered(status: int, headers: dict[str, str]) -> Reply:
    """What a status ordered as a fault looks like: gateways answer pages, HubSpot JSON."""
    reply = _ordered(status)
    return replace(reply, headers={**reply.headers, **headers})


def _ordered(status: int) -> Reply:
    if status in _FAULT_PAGES:
        return _page(status, _FAULT_PAGES[status])
    if status == 401:
        return unauthenticated().reply
    if status == 403:
        return missing_scopes(("crm.objects.contacts.read",)).reply
    message, category = _FAULT_MESSAGES.get(status, (f"HTTP {status}", "UNKNOWN"))
    headers = {"Retry-After": "60"} if status == 477 else {}
    return error(status, message, headers, category=category)


def _page(status: int, title: str) -> Reply:
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{status} {title}</h1></body></html>"
    return Reply(status, page.encode(), media=HTML)
