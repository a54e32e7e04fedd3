"""Secrets that somebody wrote into a file, in values, keys or comments."""

from collections.abc import Iterator

from okrmodel.problems import PLAIN_SECRET, Place, Problem
from okrmodel.secrets import secret_offsets


def plain_secrets(text: str, file: str) -> Iterator[Problem]:
    """A problem for everything that has a known form of a secret. It is not shown."""
    for number, line in enumerate(text.split("\n"), 1):
        for offset in secret_offsets(line):
            yield Problem(
                Place(file, number, offset + 1),
                "this looks like a secret in plain text, expected a reference such as ${NAME},"
                " ${file:PATH} or ${prefect:BLOCK}; whoever has the file has the secret, so"
                " replace the secret, too",
                PLAIN_SECRET,
            )
