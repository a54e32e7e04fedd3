"""The catalogue: each message in every language, whole, and said somewhere."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel import Locale

from okrmodel.telling.texts import COUNT, LANGUAGES, Message, catalogue, placeholders, texts_of

ROOT = Path(__file__).parents[3]


def forms(message: Message) -> dict[str, str]:
    return {"": message} if isinstance(message, str) else dict(message)


def taken(key: str) -> set[frozenset[str]]:
    """The values that each language and form takes."""
    sentences = (s for message in catalogue()[key].values() for s in forms(message).values())
    return {placeholders(sentence) for sentence in sentences}


@cache
def code() -> str:
    """All that may ask for a message."""
    rooms = (ROOT / name for name in ("okrmodel", "flows", "okrapp"))
    files = (file for room in rooms for file in room.rglob("*") if file.suffix in {".py", ".html"})
    return "\n".join(file.read_text("utf-8") for file in sorted(files))


@cache
def beginnings(source: str) -> frozenset[str]:
    """What names of messages are put together from."""
    ends_openly = r"""["']([a-z_]+\.(?:[a-z0-9-]+-)?)["'{]"""
    goes_on = r"""["']([a-z_]+\.[a-z0-9-]+)["']\s*[~+]"""
    return frozenset(re.findall(ends_openly, source) + re.findall(goes_on, source))


def named(key: str, source: str) -> bool:
    return bool(re.search(rf"""["']{re.escape(key)}["']""", source))


def asked_for(key: str, source: str) -> bool:
    """Whether a message is named, or one of a family whose names are put together."""
    return named(key, source) or key.startswith(tuple(beginnings(source)))


def test_a_message_is_told_in_every_language_and_in_no_other() -> None:
    found = {key: set(message) for key, message in catalogue().items()}
    assert {key: told for key, told in found.items() if told != set(LANGUAGES)} == {}


def test_every_language_and_form_takes_the_same_values() -> None:
    assert [key for key in catalogue() if len(taken(key)) != 1] == []
    names = {name for key in catalogue() for each in taken(key) for name in each}
    assert [name for name in names if not name.isidentifier()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_count_has_just_the_plural_forms_that_its_language_knows(language: str) -> None:
    plural = {*Locale(language).plural_form.tags, "other"}
    found = {key: set(forms(message[language])) for key, message in catalogue().items()}
    wanted = {key: plural if any(COUNT in each for each in taken(key)) else {""} for key in found}
    assert {key: told for key, told in found.items() if told != wanted[key]} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_is_plain_text_with_nothing_around_it(language: str) -> None:
    sentences = [s for message in catalogue().values() for s in forms(message[language]).values()]
    wrong = r"^$|^\s|\s$|\s\s|\n|</?[a-z]|&[a-z#]+;"
    assert [sentence for sentence in sentences if re.search(wrong, sentence)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_are_typeset_as_the_language_does(language: str) -> None:
    sentences = [s for key in catalogue() for s in forms(catalogue()[key][language]).values()]
    percent = "\N{NO-BREAK SPACE}%|-%-" if language == "de" else r"(?<=\d)%"
    wrong = [s for s in sentences if "%" in re.sub(percent, "", s)]
    assert wrong == []
    # Days as one types them have hyphens.
    shown = (re.sub(r"\d{4}-\d\d-\d\d", "", s) for s in sentences)
    assert [s for s in shown if re.search(r"\.\.\.|\"|\d ?- ?\d", s)] == []


def test_what_rooms_say_alike_is_one_message() -> None:
    alike: dict[str, list[str]] = {}
    for key, message in catalogue().items():
        if named(key, code()):
            alike.setdefault(repr(message), []).append(key)
    assert [keys for keys in alike.values() if len(keys) > 1] == []


def test_names_are_of_one_form() -> None:
    form = r"[a-z_]+\.[a-z0-9]+(-[a-z0-9]+)*"
    assert [key for key in catalogue() if not re.fullmatch(form, key)] == []


def test_every_message_is_asked_for() -> None:
    assert [key for key in catalogue() if not asked_for(key, code())] == []


def test_whatever_is_asked_for_is_there() -> None:
    asked = set(re.findall(r"""\btexts\(\s*["']([a-z_]+\.[a-z0-9-]*[a-z0-9])["']""", code()))
    assert asked - set(catalogue()) == set()
    assert asked, "this test sees nothing"


def test_who_asks_is_seen() -> None:
    assert asked_for("a.b", 'texts("a.b", n=3)')
    assert asked_for("a.b-c", "{{ texts('a.b-' ~ which) }}")
    assert asked_for("a.b-over", """{{ texts("a.b" ~ ("-over" if over else "")) }}""")
    assert asked_for("a.b", 'f"a.{which}"')
    assert not asked_for("a.b", 'texts("a.b-c")')
    assert not asked_for("ab.b", 'f"a.{which}"')


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("pl", "pl"),
        ("pl_PL", "pl"),
        ("de-AT", "de"),
        ("de_CH", "de"),
        ("fr", "en"),
        ("ar", "en"),
        ("", "en"),
        ("no such locale", "en"),
        ("../etc", "en"),
        ("pl-XX", "pl"),
        ("de-from-anywhere", "de"),
    ],
)
def test_a_locale_has_a_language_whatever_it_is(locale: str, language: str) -> None:
    assert texts_of(locale).language == language


@pytest.mark.parametrize(
    ("locale", "n", "told"),
    [
        ("en-US", 12345, "launch was due 12,345 days ago"),
        ("de", 1, "launch war vor 1 Tag fällig"),
        ("de", 1234, "launch war vor 1.234 Tagen fällig"),
        ("pl", 1, "termin kroku launch minął 1 dzień temu"),
        ("pl", 2, "termin kroku launch minął 2 dni temu"),
        ("fr", 0, "launch was due 0 days ago"),
    ],
)
def test_counts_are_told_in_the_forms_of_the_language(locale: str, n: int, told: str) -> None:
    assert texts_of(locale)("reasons.step-overdue", step="launch", n=n) == told


@pytest.mark.parametrize(
    ("locale", "n", "form"),
    [
        ("pl", 1, "one"),
        ("pl", 22, "few"),
        ("pl", 12, "many"),
        ("pl", 5, "many"),
        ("de", 0, "other"),
        # In French nothing is singular; the text is English.
        ("fr", 0, "other"),
    ],
)
def test_the_plural_form_is_that_of_the_text(locale: str, n: int, form: str) -> None:
    assert texts_of(locale)._plural("any", {"n": n}) == form


def test_values_are_put_in_as_they_are() -> None:
    name = "{0} <b>{who}"
    assert texts_of("de")("reasons.not-pulled", connection=name).count(name) == 1


def test_what_does_not_fit_is_refused() -> None:
    texts = texts_of("pl")
    with pytest.raises(KeyError, match=r"no\.such"):
        texts("no.such")
    with pytest.raises(ValueError, match="takes connection, but was given no values"):
        texts("reasons.not-pulled")
    with pytest.raises(ValueError, match="takes no values, but was given who"):
        texts("common.owner", who="Anna")
    with pytest.raises(ValueError, match="takes a whole number n"):
        texts("reasons.step-overdue", step="launch")
