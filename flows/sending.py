"""Sending a letter to where a secret leads, by Apprise. The address itself is never told."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

from pydantic import SecretStr

if TYPE_CHECKING:
    from apprise import NotifyBase

    from okrmodel.telling.letters import Letter

_TALKATIVE = ("apprise", "urllib3.connectionpool", "urllib3.util.retry")
"""Loggers of what sends: their lines may hold the address, with its token."""

_PAGES = frozenset(
    f"Notify{name}"
    for name in (
        "Brevo",
        "Email",
        "Form",
        "JSON",
        "MailerSend",
        "Mailgun",
        "Office365",
        "Postmark",
        "Resend",
        "SES",
        "SMTP2Go",
        "SendGrid",
        "SendPulse",
        "SparkPost",
        "XML",
    )
)
"""Mails, and webhooks that ask for HTML: a whole page with its styles. Chats know a few tags only."""
_CHECK = "check that its address and token still hold, and that the service is up"


class CannotSend(Exception):  # noqa: N818 - says what happened
    """The letter did not go out. The message names no address."""

    def __init__(self, what: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(what)


def send(address: SecretStr, letter: "Letter") -> None:
    """Send a letter in the form that the service shows, with its picture where it takes one.

    Args:
        address: An Apprise URL (https://appriseit.com/services), with its token.
        letter: What to send.

    Raises:
        CannotSend: The address is none, or the service did not take the letter.
    """
    with _unheard():
        _load()
        from apprise import Apprise  # noqa: PLC0415

        service = Apprise.instantiate(address.get_secret_value())
        if service is None:
            raise CannotSend(
                "its secret holds no address that Apprise knows",
                "write one into it, such as slack://…, mailtos://… or tgram://…"
                " (https://appriseit.com/services)",
            )
        try:
            took = _taken(service, letter)
        except Exception as error:  # noqa: BLE001 - of a hundred services each raises its own
            # Its words may hold the address.
            kind = type(error).__name__
            raise CannotSend(f"{service.service_name} failed with {kind}", _CHECK) from None
    if not took:
        raise CannotSend(f"{service.service_name} did not take it", _CHECK)


@cache
def _load() -> None:
    """Load Apprise with its hundred services, once: a fifth of a second, which only who sends pays."""
    with catch_warnings():
        # They import what Python calls old, and say so.
        simplefilter("ignore")
        from apprise import Apprise  # noqa: PLC0415

        Apprise.instantiate("json://localhost")


def _taken(service: "NotifyBase", letter: "Letter") -> bool:
    from apprise import Apprise, NotifyFormat, OverflowMode  # noqa: PLC0415
    from markdown_it import MarkdownIt  # noqa: PLC0415

    is_page = service.notify_format == NotifyFormat.HTML and type(service).__name__ in _PAGES
    if service.overflow_mode == OverflowMode.UPSTREAM and not is_page:
        # A chat would refuse what is too long for it, or cut it. Half a page of HTML is none, and
        # mails may be long.
        service.overflow_mode = OverflowMode.SPLIT
    # Each chat has a Markdown of its own: Apprise makes it from HTML, with the chat's own escapes.
    chat = MarkdownIt("commonmark").render(letter.markdown)
    body, body_format = chat, NotifyFormat.HTML
    if is_page:
        body = letter.html
    elif service.notify_format == NotifyFormat.TEXT:
        body, body_format = letter.text, NotifyFormat.TEXT
    sender = Apprise()
    sender.add(service)
    took = sender.notify(
        body=body,
        title=letter.title,
        body_format=body_format,
        # Services that take none leave it out.
        attach=_attached(letter),
    )
    return bool(took)


def _attached(letter: "Letter") -> Any:
    from apprise.attachment.memory import AttachMemory  # noqa: PLC0415

    in_memory: Any = AttachMemory
    if letter.picture is None:
        return None
    return in_memory(content=letter.picture, name="chart.png", mimetype="image/png")


_SENDING: ContextVar[bool] = ContextVar("sending", default=False)


def _is_heard(_: logging.LogRecord) -> bool:
    return not _SENDING.get()


@contextmanager
def _unheard() -> Iterator[None]:
    """While this thread sends, nothing that does so is logged, at whatever level."""
    for name in _TALKATIVE:
        # Added once: a logger keeps each filter only once.
        logging.getLogger(name).addFilter(_is_heard)
    token = _SENDING.set(True)
    try:
        yield
    finally:
        _SENDING.reset(token)
