"""Reading the body of an HTTP answer, no longer and no more of it than is sensible."""

import time
from typing import Any

PIECE = 65_536
"""Bytes to read at once, at most."""


class TooLongError(Exception):
    """More bytes than any answer to our questions has."""


def whole_body(answer: Any, most: int, ends: float) -> bytes:
    """The body of a urllib3 response that was not read beforehand.

    A socket's own time-out begins anew with each byte that arrives: a server that sends one a
    minute would never be given up.

    Args:
        answer: The response.
        most: Bytes.
        ends: When it must have arrived, by `time.monotonic`.

    Raises:
        TooLongError: It goes on after `most` bytes.
        TimeoutError: It has not ended in time.
        urllib3.exceptions.HTTPError: It broke off.
    """
    content = bytearray()
    while piece := answer.read1(PIECE, decode_content=True):
        content += piece
        if len(content) > most:
            raise TooLongError
        if time.monotonic() > ends:
            raise TimeoutError
    return bytes(content)
