"""What a tracker calls its cycle: Q4 2026, 2026-Q4, IV kwartał 2026, 4. Quartal 2026."""

import re

_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_WORD = r"(?:quarter|quartal|kwartal|kwartał|kw\.?)"
_NUMBER = r"(?P<number>[1-4]|iv|i{1,3})"
_YEAR = r"(?P<year>20\d\d)"
_GAP = r"[\s/,.'-]*"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:q|{_WORD}){_GAP}{_NUMBER}{_GAP}{_YEAR}",
        rf"{_NUMBER}{_GAP}(?:q|{_WORD}){_GAP}{_YEAR}",
        rf"{_YEAR}{_GAP}(?:q|{_WORD}){_GAP}{_NUMBER}",
        rf"{_YEAR}{_GAP}{_NUMBER}{_GAP}(?:q|{_WORD})",
    )
)


def quarter_called(text: str) -> str | None:
    """The quarter's id, such as 2026-Q4; None when the text has no form that we know."""
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            number = found["number"].lower()
            return f"{found['year']}-Q{_ROMAN.get(number, number)}"
    return None
