"""Problems as workflow commands, which GitHub shows beside the lines of a pull request."""

from okrmodel.problems import Problem


def as_annotation(problem: Problem) -> str:
    """One command, on one line."""
    place = problem.place
    properties = {
        "file": place.file,
        "line": str(place.line),
        "col": str(place.column),
        "title": problem.code,
    }
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{problem.severity} {named}::{_escaped(problem.message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
