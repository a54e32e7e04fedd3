"""JSON Schemas (draft-07) of the config files, for editors: completion and errors while typing.

They are composed of okrmodel's own definitions and of the options and queries of the connectors
installed. What spans several files, lint tells.
"""

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from okrmodel.definitions.base import Definition
from okrmodel.definitions.files import CheckIn, CycleFile, MetricsFile
from okrmodel.definitions.key_results import KINDS, Reach
from okrmodel.definitions.library import USE, LibraryFile
from okrmodel.definitions.metrics import COMPUTED, SourceMetric
from okrmodel.definitions.query import Catalogue
from okrmodel.definitions.viewers import ViewersFile
from okrmodel.definitions.workspace import Workspace

JsonSchema = dict[str, Any]

WORKSPACE = "workspace.schema.json"
METRICS = "metrics.schema.json"
OKRS = "okrs.schema.json"
CHECK_INS = "checkins.schema.json"
LIBRARY = "library.schema.json"
VIEWERS = "viewers.schema.json"

_DRAFT = "http://json-schema.org/draft-07/schema#"


def schemas(connectors: Catalogue) -> dict[str, JsonSchema]:
    """A schema for each kind of file, by the name it is committed under."""
    return {
        WORKSPACE: _workspace(connectors),
        METRICS: _metrics(connectors),
        OKRS: _okrs(),
        CHECK_INS: _whole(_own(list[CheckIn])),
        LIBRARY: _library(),
        VIEWERS: _whole(_own(ViewersFile)),
    }


def _okrs() -> JsonSchema:
    """With each key result in the form that its `kind` names; reach when it names none."""
    schema = _whole(_own(CycleFile))
    forms = [(_named("kind", kind), _ref(form.__name__)) for kind, form in KINDS.items()]
    schema["definitions"]["KeyResult"] = {
        "type": "object",
        "properties": {"kind": {"enum": list(KINDS)}},
        **_chosen([_from_template(*KINDS.values()), *forms], _ref(Reach.__name__)),
    }
    key_results = schema["definitions"]["Objective"]["properties"]["key_results"]
    key_results["items"] = _ref("KeyResult")
    return schema


def _workspace(connectors: Catalogue) -> JsonSchema:
    """With the options of the connector that a connection names."""
    schema = _whole(_own(Workspace))
    definitions = schema["definitions"]
    for name in sorted(connectors):
        _add(definitions, name, _schema(connectors[name].options, f"{name}."))
    definitions["ConnectionOptions"] = {
        "type": "object",
        "properties": {"connector": {"enum": sorted(connectors)}},
        "required": ["connector"],
        **_chosen([(_named("connector", name), _ref(name)) for name in sorted(connectors)], {}),
    }
    return schema


def _metrics(connectors: Catalogue) -> JsonSchema:
    """With the queries of every connector: which one a connection is of, its own file says."""
    schema = _whole(_own(MetricsFile))
    definitions = schema["definitions"]
    for name in sorted(connectors):
        _add(definitions, name, _schema(connectors[name].query, f"{name}."))
    definitions["Query"] = {"type": "object", "anyOf": [_ref(name) for name in sorted(connectors)]}
    forms = [({"required": [key]}, _ref(form.__name__)) for key, form in COMPUTED.items()]
    forms.insert(0, _from_template(SourceMetric, *COMPUTED.values()))
    schema["properties"]["metrics"] = {
        "type": "object",
        "additionalProperties": {"type": "object", **_chosen(forms, _ref(SourceMetric.__name__))},
    }
    return schema


def _library() -> JsonSchema:
    """With the keys that metrics and key results have; their values may stand for parameters."""
    schema = _whole(_own(LibraryFile))
    definitions = schema["definitions"]
    made = {
        "MetricTemplate": ("metric", (SourceMetric, *COMPUTED.values())),
        "KeyResultTemplate": ("key_result", KINDS.values()),
    }
    for template, (key, forms) in made.items():
        body = definitions[template]["properties"][key]
        body |= {"properties": _any_of_their_keys(*forms), "additionalProperties": False}
    return schema


def _from_template(*forms: type[Definition]) -> tuple[JsonSchema, JsonSchema]:
    """What uses a template says as much of a form as it likes, and parameters beside it."""
    named = {"type": "string", "description": "The name of a template in library/."}
    properties = {**_any_of_their_keys(*forms), USE: named}
    return {"required": [USE]}, {"type": "object", "properties": properties}


def _any_of_their_keys(*forms: type[Definition]) -> JsonSchema:
    """The keys of any of the forms, for completion, with what they mean."""
    found: JsonSchema = {}
    for form in forms:
        for name, field in form.model_fields.items():
            told = {"description": field.description} if field.description else {}
            found.setdefault(field.alias or name, told)
    return found


def _chosen(forms: list[tuple[JsonSchema, JsonSchema]], otherwise: JsonSchema) -> JsonSchema:
    """The form whose condition holds, so that an editor complains of that one only."""
    chosen = otherwise
    for condition, form in reversed(forms):
        chosen = {"if": condition, "then": form, "else": chosen}
    return chosen


def _named(key: str, value: str) -> JsonSchema:
    return {"properties": {key: {"const": value}}, "required": [key]}


def _ref(name: str) -> JsonSchema:
    return {"$ref": f"#/definitions/{name}"}


def _own(kind: Any) -> JsonSchema:
    return _schema(kind, "")


def _schema(kind: Any, prefix: str) -> JsonSchema:
    """The schema of a type or adapter, the names of its definitions behind a prefix."""
    adapter = kind if isinstance(kind, TypeAdapter) else TypeAdapter(kind)
    raw = adapter.json_schema(
        by_alias=True,
        ref_template=f"#/definitions/{prefix}{{model}}",
        schema_generator=_Draft7,
    )
    inner = raw.pop("$defs", {})
    return {**raw, "definitions": {f"{prefix}{name}": form for name, form in inner.items()}}


def _add(definitions: JsonSchema, name: str, schema: JsonSchema) -> None:
    definitions.update(schema.pop("definitions"))
    definitions[name] = schema


def _whole(schema: JsonSchema) -> JsonSchema:
    return {"$schema": _DRAFT, **schema}


class _Draft7(GenerateJsonSchema):
    """Writes tuples as draft-07 does, and leaves out titles that repeat the key."""

    def tuple_schema(self, schema: Any) -> JsonSchema:
        found = super().tuple_schema(schema)
        if "prefixItems" in found:
            found["items"] = found.pop("prefixItems")
        return found

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - its signature
        return False
