"""How a connection to HubSpot is configured."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from connectors.addresses import is_loopback, is_plain_address
from okrmodel.definitions.query import ConnectionOptions
from okrmodel.secrets import SecretRef

ApiVersion = Literal["v3", "2026-03"]


def _address(written: str) -> str:
    """Tokens go to this address: in plain text to nobody but this machine."""
    if not is_plain_address(written):
        raise PydanticCustomError(
            "endpoint", "expected an address such as https://api.hubapi.com, without a user"
        )
    parts = urlsplit(written)
    if parts.scheme == "http" and not is_loopback(str(parts.hostname)):
        raise PydanticCustomError(
            "plain_endpoint", "the token would travel unencrypted, expected https"
        )
    return written.rstrip("/")


class HubSpotOptions(ConnectionOptions):
    """A HubSpot account, and the credentials of a private app (or service key) or of OAuth."""

    connector: Literal["hubspot"]
    portal: Annotated[int, Field(gt=0)]
    """The account's id, as HubSpot shows it at the top right and in every address."""
    token: SecretRef | None = None
    """The access token of a private app or service key."""
    client_id: SecretRef | None = None
    client_secret: SecretRef | None = None
    refresh_token: SecretRef | None = None
    """With client_id and client_secret instead of `token`: an OAuth app's."""
    endpoint: Annotated[str, AfterValidator(_address)] = "https://api.hubapi.com"
    api_version: ApiVersion = "v3"
    """v3 ends in September 2027; 2026-03 is its dated successor with the same answers."""

    @property
    def account(self) -> str:
        return str(self.portal)

    @property
    def has_day(self) -> bool:
        """Whether requests are counted by day: a private app's are, an OAuth app's are not."""
        return self.token is not None

    @model_validator(mode="after")
    def _one_kind_of_credentials(self) -> Self:
        oauth = (self.client_id, self.client_secret, self.refresh_token)
        given = sum(secret is not None for secret in oauth)
        if (self.token is not None and given == 0) or (self.token is None and given == len(oauth)):
            return self
        raise PydanticCustomError(
            "credentials",
            "expected `token`, or client_id, client_secret and refresh_token together",
        )
