"""What the API says when it refuses, in its own words.

Texts without a note were observed on the real service. "Not attested" marks those whose
situation is documented but whose wording nobody has published.
"""

SCHEMA_URL = "https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema"
PROPERTY_ID_URL = "https://developers.google.com/analytics/devguides/reporting/data/v1/property-id"
EXPLORER_URL = "https://ga-dev-tools.web.app/ga4/dimensions-metrics-explorer/"
QUOTAS_URL = "https://developers.google.com/analytics/devguides/reporting/data/v1/quotas"

STATUS_OF_HTTP = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""google.rpc.Code by HTTP status; what is not listed is UNKNOWN."""

TEXT_OF_HTTP = {
    401: (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
        "cookie or other valid authentication credential. See "
        "https://developers.google.com/identity/sign-in/web/devconsole-project."
    ),
    403: "User does not have sufficient permissions for this property.",
    500: "Internal error encountered.",
    502: "The service is currently unavailable.",
    503: "The service is currently unavailable.",
    504: "Deadline expired before operation could complete.",
}
"""What a failing status says when it was ordered as a fault."""

QUOTA_TEXTS = {
    "project_hour": (
        "Exhausted property tokens for a project per hour. These quota tokens will return in "
        f"under an hour. To learn more, see {QUOTAS_URL}"
    ),
    # Not attested; worded like its neighbours.
    "hour": (
        "Exhausted property tokens per hour. These quota tokens will return in under an hour."
    ),
    "day": "Exhausted property tokens per day. These quota tokens will return in under 24 hours.",
    "concurrent": "Exhausted concurrent requests quota.",
    "server_errors": "Exhausted server errors quota.",
    "thresholded": "Exhausted potentially thresholded requests quota.",
    "client_errors": (
        "Exhausted client errors quota. These quota tokens will return in under 15 minutes."
    ),
}
"""The 429 of each quota, by the policy names of `sandbox.faults.Fault`."""


class ApiError(Exception):
    """A refusal: an HTTP status, its google.rpc name and the message.

    `violations` are the field violations that JSON transcoding attaches to its own errors.
    """

    def __init__(self, http: int, message: str, violations: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.http = http
        self.status = STATUS_OF_HTTP.get(http, "UNKNOWN")
        self.message = message
        self.violations = violations


def invalid(message: str) -> ApiError:
    """400: the request itself is wrong."""
    return ApiError(400, message)


def unknown_field(kind: str, name: str, meant: str | None) -> ApiError:
    """400: no such dimension or metric. One blank after "dimension.", two after "metric."."""
    hint = f"Did you mean {meant}? " if meant else ""
    gap = " " if kind == "dimension" else "  "
    return invalid(
        f"{hint}Field {name} is not a valid {kind}.{gap}For a list of valid dimensions and "
        f"metrics, see {SCHEMA_URL} "
    )


def incompatible(name: str) -> ApiError:
    """400: the fields cannot stand in one report; names one whose removal would help."""
    return invalid(
        f"Please remove {name} to make the request compatible for example. The request's "
        f"dimensions & metrics are incompatible. To learn more, see {EXPLORER_URL}"
    )


def forbidden() -> ApiError:
    """403: a property that these credentials may not read."""
    return ApiError(403, TEXT_OF_HTTP[403])


def not_numeric(property_id: str) -> ApiError:
    """400: a measurement id (G-XXXX) or other text where the property's number belongs."""
    return invalid(
        f"Invalid property ID: {property_id}. A numeric Property ID is required. To learn more "
        f"about Property ID, see {PROPERTY_ID_URL}."
    )


def exhausted(policy: str) -> ApiError:
    """429: the quota of this policy is used up."""
    return ApiError(429, QUOTA_TEXTS[policy])


def not_modelled(what: str) -> ApiError:
    """501: the real service has it and the sandbox does not. Never pretend it had an effect."""
    return ApiError(501, f"The sandbox's GA4 does not model {what}.")


def ordered(status: int) -> ApiError:
    """The error of a fault that orders this HTTP status."""
    return ApiError(status, TEXT_OF_HTTP.get(status, f"The sandbox was told to answer {status}."))
