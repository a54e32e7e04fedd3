"""What may be asked of a JSON service: one request with the window filled in, one JMESPath."""

import re
from typing import Annotated, Any, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    JsonValue,
    StrictInt,
    StrictStr,
    TypeAdapter,
    model_validator,
)
from pydantic_core import PydanticCustomError

from connectors.addresses import is_loopback, is_plain_address
from connectors.http_json.picking import compiled
from connectors.series import SeriesQuery
from okrmodel.definitions.base import Id, Text
from okrmodel.definitions.query import ConnectionOptions
from okrmodel.secrets import SecretRef

PLACEHOLDERS = frozenset(
    {"start", "end", "last", "start_at", "end_at", "start_s", "end_s", "start_ms", "end_ms", "zone"}
)
"""`{start}`, `{end}` (not included) and `{last}` are days; `{start_at}` and `{end_at}` the instants
at which they begin, in UTC; `_s` and `_ms` the same in seconds and milliseconds since 1970;
`{zone}` is the workspace's zone."""
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

_SECRET_HEADER = re.compile(r"auth|cookie|key|secret|token|password", re.IGNORECASE)
_SECRET_PARAM = re.compile(
    r"((api|app|auth|access|private)[_-]?)?(key|token|secret)|client[_-]?secret|pass(word|wd)?|pwd"
    r"|signature|sig|authorization",
    re.IGNORECASE,
)

_QUERY_NAME = re.compile(r"[?&]([^=&#]+)=")

HeaderValue = Annotated[SecretRef | Text, Field(union_mode="left_to_right")]


class HttpJsonOptions(ConnectionOptions):
    """One service."""

    connector: Literal["http_json"]
    service: Id
    """Our name for the service's account; permanent, whatever the URL becomes."""
    url: Text
    """What every path is appended to: `https://api.example.com/v2`."""
    headers: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")], HeaderValue] = Field(
        default_factory=dict
    )
    """Sent with each request; credentials as whole references: `Authorization: ${API_AUTH}`."""
    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds until the whole answer must have arrived."""

    @property
    def account(self) -> str:
        """Our name for the service's account."""
        return self.service

    @model_validator(mode="after")
    def _keeps_secrets(self) -> Self:
        if not is_plain_address(self.url):
            raise PydanticCustomError(
                "service_url", "expected a URL such as https://api.example.com/v2"
            )
        url = urlsplit(self.url)
        secret = any(isinstance(value, SecretRef) for value in self.headers.values())
        if secret and url.scheme == "http" and not is_loopback(str(url.hostname)):
            raise PydanticCustomError(
                "plain_http", "credentials would travel in plain text, expected https://"
            )
        for name, value in self.headers.items():
            if _SECRET_HEADER.search(name) and not isinstance(value, SecretRef):
                # The value stays out of the message: it may be the secret.
                raise PydanticCustomError(
                    "plain_secret",
                    "the header {name} stands here in plain text, expected a reference such as"
                    " ${NAME} to its whole value",
                    {"name": name},
                )
        return self


def _known_placeholders(said: Any) -> Any:
    for name in PLACEHOLDER.findall(str(said)):
        if name not in PLACEHOLDERS:
            raise PydanticCustomError(
                "unknown_placeholder",
                "unknown placeholder {name}, expected one of {known}",
                {"name": f"{{{name}}}", "known": ", ".join(sorted(PLACEHOLDERS))},
            )
    return said


def _valid_expression(expression: str) -> str:
    compiled(expression)
    return expression


Template = Annotated[str, AfterValidator(_known_placeholders)]
Scalar: TypeAlias = StrictStr | StrictInt
Parameter = Annotated[Scalar | tuple[Scalar, ...], AfterValidator(_known_placeholders)]


class HttpJsonQuery(SeriesQuery):
    """One request per window (or for all days), and where in its JSON the answer stands.

    An answer that comes in pages is not put together: ask for the total, or for few enough days.
    """

    path: Template = ""
    """Appended to the connection's URL."""
    method: Literal["GET", "POST"] = "GET"
    params: dict[Text, Parameter] = Field(default_factory=dict)
    """Query parameters."""
    body: JsonValue = None
    """JSON body of a POST. A value that is one placeholder becomes a number where that is one."""
    pick: Annotated[str, Field(min_length=1), AfterValidator(_valid_expression)]
    """JMESPath (https://jmespath.org) to the number, or to `[[day, value], …]`."""

    @model_validator(mode="after")
    def _body_is_posted(self) -> Self:
        if self.body is not None and self.method == "GET":
            raise PydanticCustomError("get_body", "a body needs `method: POST`")
        return self

    @model_validator(mode="after")
    def _keeps_secrets(self) -> Self:
        """Parameters stand in URLs, and therefore in evidence and in the logs of others."""
        names = {*self.params, *_QUERY_NAME.findall(self.path)}
        if found := sorted(name for name in names if _SECRET_PARAM.fullmatch(name)):
            # The value stays out of the message: it may be the secret.
            raise PydanticCustomError(
                "plain_secret",
                "the parameter {name} would show a secret in every URL, expected a header of the"
                " connection, such as `Authorization: ${NAME}`",
                {"name": found[0]},
            )
        return self

    @property
    def title(self) -> str:
        """Method, path and pick."""
        return f"{self.method} {self.path or '/'} {self.pick}"[:80]

    @property
    def looks_at_window(self) -> bool:
        """Whether any placeholder of the window stands in the request."""
        said = f"{self.path} {self.params} {self.body}"
        return bool(set(PLACEHOLDER.findall(said)) & (PLACEHOLDERS - {"zone"}))


QUERY: TypeAdapter[Any] = TypeAdapter(HttpJsonQuery)
