"""A letter goes out in the form that the service shows, and its address is never told."""

import base64
import logging
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from flows.sending import CannotSend, send
from okrmodel.telling.letters import Letter
from tests.flows.inboxes import TOKEN, Inbox, mail_server, webhook

PNG = b"\x89PNG\r\n\x1a\n-a-picture"
LETTER = Letter(
    title="Acorn & Söhne: 3 of 7 on course",
    text="As plain *text*, with <b>angles</b>",
    markdown="As **Markdown**, with \\<b\\>angles",
    html="<html><body><p>As <b>HTML</b></p></body></html>",
    picture=PNG,
)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with webhook() as found:
        yield found


@pytest.mark.parametrize(
    ("form", "body"),
    [("", LETTER.text), ("?format=markdown", LETTER.markdown), ("?format=html", LETTER.html)],
)
def test_each_service_is_given_its_own_form(inbox: Inbox, form: str, body: str) -> None:
    send(SecretStr(inbox.address + form), LETTER)
    [letter] = inbox.letters
    assert (letter["title"], letter["message"]) == (LETTER.title, body)
    [picture] = letter["attachments"]
    assert base64.b64decode(picture["base64"]) == PNG
    assert (picture["filename"], picture["mimetype"]) == ("chart.png", "image/png")


def test_a_letter_without_a_picture_has_no_attachment(inbox: Inbox) -> None:
    send(SecretStr(inbox.address), Letter("t", "x", "x", "x"))
    assert inbox.letters[0]["attachments"] == []


def test_a_mail_has_the_letter_as_html_and_its_picture() -> None:
    with mail_server() as (port, mails):
        to = f"mailto://127.0.0.1:{port}?from=okr@acorn.example&to=ola@acorn.example&mode=insecure"
        send(SecretStr(to), LETTER)
    [mail] = mails
    assert mail["Subject"] == LETTER.title
    assert mail["To"] == "ola@acorn.example"
    html = mail.get_body(("html",))
    assert html is not None
    assert "<p>As <b>HTML</b></p>" in html.get_content()
    [picture] = mail.iter_attachments()
    assert (picture.get_content_type(), picture.get_content()) == ("image/png", PNG)


def test_what_takes_no_picture_gets_the_letter_without(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apprise.plugins.custom_json.NotifyJSON.attachment_support", False)
    send(SecretStr(inbox.address), LETTER)
    assert inbox.letters[0]["attachments"] == []


def test_what_is_too_long_comes_in_parts(inbox: Inbox) -> None:
    long = "a line of a long letter\n" * 3_000
    send(SecretStr(inbox.address), Letter("t", long, long, long))
    assert len(inbox.letters) > 1
    said = "\n".join(letter["message"] for letter in inbox.letters)
    assert said.split() == long.split()


def test_a_page_is_never_cut_in_two(inbox: Inbox) -> None:
    page = f"<html><body>{'<p>a line of a long letter</p>' * 3_000}</body></html>"
    send(SecretStr(inbox.address + "?format=html"), Letter("t", "x", "x", page))
    assert [letter["message"] for letter in inbox.letters] == [page]


@pytest.mark.parametrize("status", [401, 404, 500])
def test_what_is_not_taken_is_an_error_with_a_remedy(inbox: Inbox, status: int) -> None:
    inbox.status = status
    with pytest.raises(CannotSend, match=r"^JSON did not take it$") as failed:
        send(SecretStr(inbox.address), LETTER)
    assert "token still hold" in failed.value.remedy


@pytest.mark.parametrize("address", ["", "hunter2", f"nothing://{TOKEN}", f"mailto://{TOKEN}"])
def test_what_is_no_address_is_told_without_it(address: str) -> None:
    with pytest.raises(CannotSend, match="no address that Apprise knows") as failed:
        send(SecretStr(address), LETTER)
    assert TOKEN not in repr(failed.value) + failed.value.remedy


def test_a_service_that_breaks_is_told_by_the_kind_of_its_error(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError(inbox.address)

    monkeypatch.setattr("apprise.Apprise.notify", breaks)
    with pytest.raises(CannotSend, match=r"^JSON failed with ZeroDivisionError$") as failed:
        send(SecretStr(inbox.address), LETTER)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


@pytest.mark.parametrize("status", [200, 500])
def test_no_address_is_ever_logged(
    inbox: Inbox, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    inbox.status = status
    with caplog.at_level(1), caplog.at_level(1, "apprise"), caplog.at_level(1, "urllib3"):
        for address in (inbox.address, f"nothing://{TOKEN}", "json://127.0.0.1:1/" + TOKEN):
            try:
                send(SecretStr(address), LETTER)
            except CannotSend:
                continue
        assert TOKEN not in caplog.text
        # And who talks outside of that is heard as ever.
        logging.getLogger("apprise").warning("still there")
    assert "still there" in caplog.text
