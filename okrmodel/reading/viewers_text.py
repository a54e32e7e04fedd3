"""A viewer put into the text of viewers.yaml or taken out: all else stays as it is written."""

from collections.abc import Mapping
from typing import Any

import yaml

from okrmodel.definitions.viewers import Admission
from okrmodel.reading.appending import NoRoom
from okrmodel.reading.nodes import Edit, composed, edited, end, entry, start
from okrmodel.reading.quoting import name_in_yaml
from okrmodel.reading.yaml_text import read_yaml

_KEY = "viewers"
_INDENT = 2


def with_viewer(text: str, name: str, admission: Admission) -> str:
    """The text with one more viewer after the last one.

    Args:
        text: A linted file's; line ends are kept.
        name: Nobody's yet.
        admission: What lets the viewer in.

    Raises:
        NoRoom: It cannot be added without changing what is there.
    """
    wanted = {**_content(text), name: admission.model_dump(mode="json", exclude_none=True)}
    ends = "\r\n" if "\r\n" in text else "\n"
    line = f"{name_in_yaml(name)}: {_in_braces(admission)}"
    found = entry(composed(text), _KEY)
    if found is None:
        glue = "" if not text or text.endswith("\n") else ends
        return _checked(f"{text}{glue}{_KEY}:{ends}{' ' * _INDENT}{line}{ends}", wanted)
    key, value = found
    if not _content(text):
        told = f":{ends}{' ' * _INDENT}{line}"
        return _checked(edited(text, [Edit(end(key), end(value), told)]), wanted)
    if not isinstance(value, yaml.MappingNode) or value.flow_style:
        raise NoRoom("its viewers stand in one pair of { }, expected a line for each")
    blanks = " " * value.start_mark.column
    at = _line_end(text, end(value))
    glue = "" if text[:at].endswith("\n") else ends
    return _checked(f"{text[:at]}{glue}{blanks}{line}{ends}{text[at:]}", wanted)


def without_viewer(text: str, name: str) -> str:
    """The text without a viewer.

    Raises:
        NoRoom: It cannot be taken out without changing what else is there.
    """
    wanted = {other: entry for other, entry in _content(text).items() if other != name}
    found = entry(composed(text), _KEY)
    viewer = entry(found[1], name) if found else None
    if found is None or viewer is None:
        return text
    if not wanted:
        return _checked(edited(text, [Edit(end(found[0]), end(found[1]), ": {}")]), wanted)
    begins = text.rfind("\n", 0, start(viewer[0])) + 1
    return _checked(text[:begins] + text[_line_end(text, end(viewer[1])) :], wanted)


def _in_braces(admission: Admission) -> str:
    kind = "password" if admission.password else "token"
    seen = admission.workspaces
    listed = seen if isinstance(seen, str) else f"[{', '.join(map(name_in_yaml, seen))}]"
    return f'{{ {kind}: "{admission.digest}", workspaces: {listed} }}'


def _line_end(text: str, after: int) -> int:
    found = text.find("\n", after)
    return len(text) if found < 0 else found + 1


def _content(text: str) -> Mapping[str, Any]:
    document, _ = read_yaml(text, "")
    found = document.content.get(_KEY) if isinstance(document.content, dict) else None
    return found if isinstance(found, dict) else {}


def _checked(text: str, wanted: Mapping[str, Any]) -> str:
    _, problems = read_yaml(text, "")
    if problems or _content(text) != wanted:
        raise NoRoom("it is not written a viewer to a line, so it has to be changed by hand")
    return text
