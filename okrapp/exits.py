"""How a command ends when not well."""

FAILED = 1
USAGE = 2
INTERRUPTED = 130


class Exit(Exception):  # noqa: N818 - an end, not always an error
    """Leave with this exit code; the message goes to standard error."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
