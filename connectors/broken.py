"""What stands for a connector that is installed and cannot be used."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from connectors.contract import Ask, Connection, Session, Step
from connectors.errors import Permanent
from okrmodel.definitions.query import ConnectionOptions, Query


class BrokenConnector:
    """One of `connectors.contract.Connector`: refuses every connection, and says why."""

    def __init__(self, name: str, why: str) -> None:
        self._name = name
        self._told = f"the connector {name} cannot be used: {why}"

    @property
    def name(self) -> str:
        return self._name

    @cached_property
    def options(self) -> type[ConnectionOptions]:
        """Options that nothing can be: the reason stands where the connection is written."""
        told = self._told

        class BrokenOptions(ConnectionOptions):
            @model_validator(mode="before")
            @classmethod
            def _refuse(cls, _written: Any) -> Any:
                raise PydanticCustomError("broken_connector", "{told}", {"told": told})

        return BrokenOptions

    @property
    def query(self) -> TypeAdapter[Any]:
        return TypeAdapter(Query)

    def plan(self, asks: Sequence[Ask], options: ConnectionOptions) -> Sequence[Step]:  # noqa: ARG002 - the contract's
        """Never.

        Raises:
            Permanent: Always.
        """
        raise Permanent(self._told)

    def connect(self, connection: Connection) -> Session:  # noqa: ARG002 - the contract's
        """Never.

        Raises:
            Permanent: Always.
        """
        raise Permanent(self._told)
