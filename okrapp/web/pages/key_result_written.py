"""A key result's definition as text: what a snapshot was computed with, as YAML."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import yaml

from okrmodel.closure import Closure
from okrmodel.exact import plain


def written(closure: Closure) -> str:
    """The key result and its metrics as they would stand in a file, without what is usual anyway."""
    own = closure.key_result
    said = own.model_dump(by_alias=True, exclude_defaults=True)
    kind = {} if own.kind == "reach" else {"kind": own.kind}
    key_result = {"id": own.id} | kind | {k: v for k, v in said.items() if k != "id"}
    metrics = {
        key: measure.model_dump(exclude_defaults=True, exclude={"fingerprint", "kind"})
        for key, measure in closure.measures.items()
    }
    whole = {"cycle": closure.cycle, "objective": closure.objective, "key_result": key_result}
    return yaml.dump(
        whole | {"status_rule": closure.status_rule, "metrics": metrics},
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )


def link_to_file(files_url: str, place: str) -> str:
    """Where a place such as okrs/2026-Q4.yaml:12 can be read; empty where nobody said."""
    if not (files_url and place):
        return ""
    file, _, line = place.rpartition(":")
    return files_url.replace("{file}", quote(file)).replace("{line}", line)


class _Dumper(yaml.SafeDumper):
    """Numbers as they are, enumerations as their words."""


def _number(dumper: _Dumper, number: Decimal) -> yaml.Node:
    whole = number == number.to_integral_value()
    return dumper.represent_scalar(
        f"tag:yaml.org,2002:{'int' if whole else 'float'}", plain(number)
    )


def _word(dumper: _Dumper, word: Any) -> yaml.Node:
    return dumper.represent_str(str(word))


def _list(dumper: _Dumper, values: tuple[Any, ...]) -> yaml.Node:
    return dumper.represent_list(values)


_Dumper.add_representer(Decimal, _number)
_Dumper.add_multi_representer(str, _word)
_Dumper.add_representer(tuple, _list)
