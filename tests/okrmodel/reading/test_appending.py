"""An entry is added to a check-ins' file, and nothing that is there changes."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrmodel.reading.appending import NoRoom, appended
from okrmodel.reading.yaml_text import read_yaml

ENTRY = {"key_result": "sqls", "date": "2026-11-20", "value": "110.50", "note": "By phone: 6"}
READ = ENTRY | {"value": Decimal("110.50")}
FLOW = '- { key_result: sqls, date: 2026-11-20, value: 110.50, note: "By phone: 6" }\n'
TIGHT = '- {key_result: sqls, date: 2026-11-20, value: 110.50, note: "By phone: 6"}\n'
BLOCK = '- key_result: sqls\n  date: 2026-11-20\n  value: 110.50\n  note: "By phone: 6"\n'


def content(text: str) -> Any:
    document, problems = read_yaml(text, "checkins.yaml")
    assert problems == []
    return document.content


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("", FLOW),
        ("# nothing yet\n", FLOW),
        ("# nothing yet", f"\n{FLOW}"),
        ("- { key_result: a, date: 2026-10-01, value: 1 }\n", FLOW),
        ("- { key_result: a, date: 2026-10-01, value: 1 }", f"\n{FLOW}"),
        ("- { key_result: a, date: 2026-10-01, value: 1 }\n\n# a last word\n", FLOW),
        ("- {key_result: a, date: 2026-10-01, value: 1}\n", TIGHT),
        ("- key_result: a\n  date: 2026-10-01\n  value: 1\n", BLOCK),
        ("- {key_result: a, value: 1}\n- key_result: b\n  value: 1 # why\n", BLOCK),
        ("- key_result: a\n  value: 1\n- {key_result: b, value: 1}\n", TIGHT),
        ("  - key_result: a\n    value: 1\n", "".join(f"  {x}\n" for x in BLOCK.splitlines())),
        ("- key_result: a\n  value: 1\n  note: |\n    one\n    - two\n", BLOCK),
        ("- key_result: a\n  value: 1\n  note: |+\n    one\n\n\n", BLOCK),
        ("---\n- {key_result: a, value: 1}\n", TIGHT),
        ("- { key_result: ą, value: 1 }\r\n# é\r\n", FLOW.replace("\n", "\r\n")),
        ("- key_result: ą\r\n  value: 1\r\n", BLOCK.replace("\n", "\r\n")),
    ],
)  # fmt: skip
def test_it_takes_the_form_of_the_last_one_at_the_end(text: str, added: str) -> None:
    grown = appended(text, ENTRY)
    assert grown.text == text + added
    assert content(grown.text) == [*(content(text) or []), READ]
    assert grown.text.split("\n")[grown.line - 1].strip().startswith("- ")
    assert grown.text.rstrip().endswith(grown.entry.strip())
    assert "sqls" in grown.text.split("\n")[grown.line - 1]


@pytest.mark.parametrize(
    ("text", "grown"),
    [
        ("[]\n", FLOW),
        ("[]", FLOW),
        ("# first\n[]\n# last\n", f"# first\n# last\n{FLOW}"),
        ("# first\r\n[ ]\r\n# last\r\n", "# first\r\n# last\r\n" + FLOW.replace("\n", "\r\n")),
        ("[] # none yet\n", f" # none yet\n{FLOW}"),
    ],
)
def test_an_empty_list_gives_way(text: str, grown: str) -> None:
    assert appended(text, ENTRY).text == grown
    assert content(grown) == [READ]


@pytest.mark.parametrize(
    "text",
    [
        "[{key_result: a, value: 1}]\n",
        "[\n  # none yet\n]\n",
        "- {key_result: a, value: 1}\n...\n",
        "null\n",
        # The line end that has to come before the new entry would become part of the note.
        "- key_result: a\n  value: 1\n  note: |\n    one",
        "- key_result: a\n  note: &same\n    - 1\n- *missing\n",
    ],
)
def test_what_has_no_room_is_left_alone(text: str) -> None:
    with pytest.raises(NoRoom):
        appended(text, ENTRY)


@pytest.mark.parametrize("name", ["no", "1e3", "12", "y", "ola", "a-b", "0x1f", "2026-10-05"])
def test_names_stay_names(name: str) -> None:
    assert content(appended("", {"author": name}).text) == [{"author": name}]
    assert (f"author: {name} " in appended("", {"author": name}).text) == (name in {"ola", "a-b"})


@settings(max_examples=150)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=3),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
    st.sampled_from(["", "[]\n", BLOCK, FLOW, TIGHT.replace("\n", "\r\n")]),
)  # fmt: skip
def test_any_note_is_read_as_it_was_said_after_any_other(
    notes: list[str], value: Decimal, text: str
) -> None:
    before = content(text) or []
    for note in notes:
        text = appended(text, {"value": str(value), "note": note}).text
    assert content(text) == [*before, *({"value": value, "note": note} for note in notes)]
