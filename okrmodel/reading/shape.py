"""Which keys a mapping may still have at a place of a definition, read off its JSON schema."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from okrmodel.problems import KeyPath


def keys_to_add(adapter: TypeAdapter[Any], path: KeyPath, present: set[str]) -> set[str]:
    """The keys that a mapping at a path may have besides those present.

    Of several forms, those are meant whose required keys are all there; without such a form, any.
    """
    schema = adapter.json_schema(by_alias=True)
    forms: list[Any] = [schema]
    for part in path:
        forms = [inner for form in _flat(forms, schema) for inner in _inside(form, part)]
    mappings = [form for form in _flat(forms, schema) if "properties" in form]
    meant = [form for form in mappings if present.issuperset(form.get("required", ()))]
    return {key for form in meant or mappings for key in form["properties"]} - present


def _flat(forms: Iterable[Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The forms with references followed and alternatives spread out."""
    for form in forms:
        if not isinstance(form, Mapping):
            continue
        if "$ref" in form:
            yield from _flat([schema["$defs"][form["$ref"].rpartition("/")[2]]], schema)
            continue
        yield form
        for several in ("anyOf", "oneOf", "allOf"):
            yield from _flat(form.get(several, ()), schema)


def _inside(form: Mapping[str, Any], part: str | int) -> Iterator[Any]:
    if isinstance(part, int):
        yield form.get("items")
    elif part in form.get("properties", {}):
        yield form["properties"][part]
    else:
        yield form.get("additionalProperties")
        yield from form.get("patternProperties", {}).values()
