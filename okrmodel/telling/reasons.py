"""Stored reasons in the reader's language: they were recorded as English sentences."""

from okrmodel.telling.texts import Texts


def reason(texts: Texts, english: str) -> str:  # noqa: ARG001
    """A stored sentence as the reader would have been told it; what nobody translated as it is."""
    return english
