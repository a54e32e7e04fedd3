"""What may be asked of HubSpot.

    {object: contacts, entered: mql}                      contacts that entered a stage
    {object: deals, created: true}                        records created
    {object: deals, closed: won, sum: amount_in_home_currency}
    {object: contacts, date: recent_conversion_date}      by any date of a record
    {object: contacts, in_stage: mql}                     records in a stage now
    {object: deals, open: true, sum: amount_in_home_currency}
    {emails: open, type: BATCH_EMAIL}                     a counter, of the emails sent in the window
    {emails: published}                                   emails published

Records are counted, or a property of theirs is added up (`sum`); `where` narrows them down.

An entry is always the *latest* entry of a record into the stage: this is what HubSpot's date
says. Whoever enters again moves to the new day, and the count of the old day falls. The first
entry cannot be asked for, because HubSpot does not keep it where a search can see it.
"""

import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import (
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from connectors.hubspot.email_query import Counter, EmailCounter, EmailsPublished
from connectors.hubspot.where import Filter, Property, Where
from okrmodel.definitions.query import Query
from okrmodel.observations import Aggregation

CrmObject = Literal["contacts", "companies", "deals"]

MAX_IN_GROUP = 6
"""Filters in a group of a search (HubSpot's CRM search documentation)."""
MAX_CONDITIONS_TEXT = 2_200
"""Characters of the conditions: of a body's 3,000 the rest is for window, paging and sort."""

_INDEX_LAG = timedelta(hours=1)


class CrmQuery(Query):
    """Records of one object: how many, or the sum of a property of theirs."""

    DRIFTS: ClassVar[bool] = True

    object: CrmObject
    where: Where = Field(default_factory=dict)
    """Conditions on properties that must all hold."""
    sum: Property | None = None
    """The number property to add up, for instance amount_in_home_currency."""

    @property
    def aggregation(self) -> Aggregation:
        return Aggregation.SUM

    @property
    def settles(self) -> timedelta:
        """One hour: the search index follows writes only after "a few moments".

        What people change later (a contact that re-enters, a deal closed in arrears, a merge)
        has no end; re-reading finds it, waiting does not.
        """
        return _INDEX_LAG

    @property
    def asks_whole(self) -> bool:
        """A count of any window is one search's total."""
        return self.sum is None

    def presence(self) -> Query:
        """The count of the records whose property is added up."""
        return self.model_copy(update={"sum": None}) if self.sum else self

    @property
    def fixed(self) -> tuple[Filter, ...]:
        """Filters that are part of the question itself."""
        return ()

    def filters(self, folded: Collection[str] = ()) -> list[Filter]:
        """Every filter of the question, save those of window and paging.

        `folded` names the properties whose lists are written in lower case.
        """
        conditions = self.where.items()
        own = (f for name, c in conditions for f in c.filters(name, folded=name in folded))
        return [*self.fixed, *own]

    @property
    def names(self) -> set[str]:
        """The properties that the question itself names."""
        return {*self.where, *([self.sum] if self.sum else [])}

    @property
    def words(self) -> str:
        """For people: "contacts entering mql"."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Refuse what no search could carry: window and paging need three filters, too."""
        filters = self.filters()
        left = MAX_IN_GROUP - 3 - len(self.fixed)
        if (wanted := len(filters) - len(self.fixed)) > left:
            raise PydanticCustomError(
                "too_many_conditions",
                "`where` makes {wanted} filters, expected at most {left}: HubSpot takes {most} in"
                " a search, and window, paging and question need the others"
                " (ne and not_in make two each)",
                {"wanted": wanted, "left": left, "most": MAX_IN_GROUP},
            )
        if (size := len(json.dumps(filters))) > MAX_CONDITIONS_TEXT:
            raise PydanticCustomError(
                "too_long_conditions",
                "`where` makes {size} characters, expected at most {most}: HubSpot refuses"
                " searches of more than 3,000",
                {"size": size, "most": MAX_CONDITIONS_TEXT},
            )
        return self


class Dated(CrmQuery):
    """Records with a date in the window."""

    date: Property
    """Any date or datetime property. A date is a calendar day and is never converted."""

    @property
    def dates(self) -> tuple[str, ...]:
        """The properties that can hold the date: the first that the portal has is meant."""
        return (self.date,)

    @property
    def names(self) -> set[str]:
        return {*super().names, self.date}

    @property
    def words(self) -> str:
        return f"{self.object} by {self.date}"


class Created(CrmQuery):
    """Records created in the window, and not deleted or merged away since."""

    created: Literal[True]

    @property
    def dates(self) -> tuple[str, ...]:
        return ("createdate",)

    @property
    def words(self) -> str:
        return f"{self.object} created"


class Closed(CrmQuery):
    """Deals whose close date lies in the window."""

    object: Literal["deals"]
    closed: Literal["won", "lost", "any"]

    @property
    def dates(self) -> tuple[str, ...]:
        return ("closedate",)

    @property
    def fixed(self) -> tuple[Filter, ...]:
        if self.closed == "won":
            return (_is("hs_is_closed_won", "true"),)
        closed = _is("hs_is_closed", "true")
        return (closed,) if self.closed == "any" else (closed, _is("hs_is_closed_won", "false"))

    @property
    def words(self) -> str:
        return "deals closed" if self.closed == "any" else f"deals {self.closed}"


def _latest(value: Any) -> Any:
    if value == "first":
        raise PydanticCustomError(
            "first_entry",
            "the first entry cannot be asked for: HubSpot's date is that of the latest entry"
            " (whoever enters again moves to the new day)",
        )
    return value


class Entered(CrmQuery):
    """Records whose latest entry into a stage lies in the window."""

    entered: Annotated[str, Field(min_length=1)]
    """A stage's id, or the workspace's name for it under `stages`."""
    entry: Annotated[Literal["latest"], BeforeValidator(_latest)] = "latest"
    """Which entry counts, of several: only the latest can be known."""

    def resolved(self, stages: Mapping[str, str]) -> Self:
        """With the stage's id."""
        return self.model_copy(update={"entered": stages.get(self.entered, self.entered)})

    @property
    def dates(self) -> tuple[str, ...]:
        """The name since 2024, then the one it replaced: both mean the latest entry.

        Legacy names: singer-io/tap-hubspot #265, dlt-hub/verified-sources #647.
        """
        legacy = "hs_date_entered_{}" if self.object == "deals" else "hs_lifecyclestage_{}_date"
        return (f"hs_v2_date_entered_{self.entered}", legacy.format(self.entered))

    @property
    def words(self) -> str:
        return f"{self.object} entering {self.entered}"


class LevelQuery(CrmQuery):
    """Records as they are now. HubSpot's search knows no yesterday."""

    DRIFTS: ClassVar[bool] = False

    @property
    def aggregation(self) -> Aggregation:
        return Aggregation.LEVEL

    @property
    def settles(self) -> timedelta:
        """Nothing: what was read is what there was."""
        return timedelta(0)

    @property
    def has_history(self) -> bool:
        return False

    @property
    def asks_whole(self) -> bool:
        """A level is read at the end of a day."""
        return False


class InStage(LevelQuery):
    """Records in a stage."""

    in_stage: Annotated[str, Field(min_length=1)]
    """A stage's id, or the workspace's name for it under `stages`."""

    def resolved(self, stages: Mapping[str, str]) -> Self:
        """With the stage's id."""
        return self.model_copy(update={"in_stage": stages.get(self.in_stage, self.in_stage)})

    @property
    def fixed(self) -> tuple[Filter, ...]:
        return (_is(stage_property(self.object), self.in_stage),)

    @property
    def words(self) -> str:
        return f"{self.object} in {self.in_stage}"


class Open(LevelQuery):
    """Deals neither won nor lost."""

    object: Literal["deals"]
    open: Literal[True]

    @property
    def fixed(self) -> tuple[Filter, ...]:
        return (_is("hs_is_closed", "false"),)

    @property
    def words(self) -> str:
        return "open deals"


WindowQuery = Dated | Created | Closed | Entered
"""Questions whose windows are cut out of a date of each record."""


def stage_property(kind: str) -> str:
    """The property that holds a record's present stage."""
    return "dealstage" if kind == "deals" else "lifecyclestage"


def _is(name: str, value: str) -> Filter:
    return {"propertyName": name, "operator": "EQ", "value": value}


HubSpotQuery = Entered | Created | Closed | Dated | InStage | Open | EmailCounter | EmailsPublished
_BY_KEY: dict[str, type[Query]] = {
    "entered": Entered,
    "created": Created,
    "closed": Closed,
    "date": Dated,
    "in_stage": InStage,
    "open": Open,
}


def _chosen(written: Any, otherwise: ValidatorFunctionWrapHandler) -> Any:
    """Validate with the one class that the keys mean, so that problems are told once."""
    if isinstance(written, Query):
        return otherwise(written)
    if not isinstance(written, Mapping):
        raise PydanticCustomError(
            "no_mapping", "expected a mapping, for instance {object: contacts, entered: mql}"
        )
    if "emails" in written:
        if written["emails"] == "published":
            return EmailsPublished.model_validate(written)
        return EmailCounter.model_validate(written)
    found = [key for key in _BY_KEY if key in written]
    if len(found) != 1:
        raise PydanticCustomError(
            "no_question",
            "expected exactly one of {keys} beside `object`, or `emails` with a counter ({counters})"
            " or published; got {found}",
            {
                "keys": ", ".join(_BY_KEY),
                "counters": ", ".join(get_args(Counter)),
                "found": " and ".join(found) or "none of them",
            },
        )
    return _BY_KEY[found[0]].model_validate(written)


QUERY: TypeAdapter[HubSpotQuery] = TypeAdapter(Annotated[HubSpotQuery, WrapValidator(_chosen)])
