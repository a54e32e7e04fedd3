"""What is sent, and what is read out of the answer."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.errors import QueryError
from connectors.http_json import CONNECTOR
from connectors.http_json.connector import filled
from okrmodel.observations import Aggregation
from okrmodel.windows import Window
from tests.connectors.http_json.conftest import SECRET, Reply, Service, query
from tests.connectors.opening import ask, connection, day, days

OCTOBER = days("2026-10-24", "2026-10-26")
SUM, LEVEL, DISTINCT = Aggregation.SUM, Aggregation.LEVEL, Aggregation.DISTINCT
ROWS = {
    "rows": [
        {"day": "2026-10-24", "visitors": 12, "paid": "3.10"},
        {"day": "2026-10-26", "visitors": 0.1, "paid": None},
    ]
}


def say(service: Service, answer: Any) -> None:
    service.replies = [Reply(json.dumps(answer).encode())]


def test_a_series_of_days_is_one_request_and_an_absent_day_is_unknown(service: Service) -> None:
    say(service, ROWS)
    asked = ask(
        query("rows[].[day, visitors]", path="stats", params={"from": "{start}", "to": "{last}"}),
        *OCTOBER,
        aggregation=SUM,
    )
    assert service.values(asked) == [Decimal(12), None, Decimal("0.1")]
    assert [s.path for s in service.seen] == ["/v2/stats?from=2026-10-24&to=2026-10-26"]


def test_absent_days_are_zero_where_the_metric_says_so(service: Service) -> None:
    say(service, ROWS)
    asked = ask(query("rows[].[day, paid]", missing="zero"), *OCTOBER, aggregation=SUM)
    assert service.values(asked) == [Decimal("3.10"), Decimal(0), Decimal(0)]


def test_a_number_is_asked_for_each_window(service: Service) -> None:
    service.replies = [Reply(b'{"total": %d}' % n) for n in (5, 6, 7)]
    asked = ask(
        query("total", answer="number", params={"since": "{start_s}", "until": "{end_at}"}),
        *OCTOBER,
        aggregation=SUM,
    )
    assert service.values(asked) == [Decimal(5), Decimal(6), Decimal(7)]
    # The clocks go back in Warsaw on 25 October: the day has 25 hours.
    assert service.seen[1].path == "/v2?since=1792879200&until=2026-10-25T23%3A00%3A00Z"


def test_a_distinct_count_is_asked_for_the_whole_window(service: Service) -> None:
    say(service, 41)
    window = Window(date(2026, 10, 1), date(2026, 11, 1))
    asked = ask(
        query("@", answer="number", path="users/{start}/{last}"), window, aggregation=DISTINCT
    )
    assert service.values(asked) == [Decimal(41)]
    assert service.seen[0].path == "/v2/users/2026-10-01/2026-10-31"


def test_a_present_number_does_not_speak_of_the_past(service: Service) -> None:
    say(service, {"members": 7})
    asked = ask(
        query("members", answer="number"),
        day("2026-11-21"),
        day("2026-11-22"),
        aggregation=LEVEL,
    )
    assert service.values(asked) == [None, Decimal(7)]
    assert len(service.seen) == 1


def test_a_body_is_posted_with_typed_values(service: Service) -> None:
    say(service, {"data": {"sum": 1}})
    body = {
        "query": "query { visits(zone: $z) }",
        "variables": {"from": "{start_ms}", "to": "{end_ms}", "z": "{zone}", "n": 3},
    }
    asked = ask(
        query("data.sum", answer="number", method="POST", body=body),
        day("2026-10-24"),
        aggregation=SUM,
    )
    service.values(asked)
    sent = json.loads(service.seen[0].body)
    assert service.seen[0].method == "POST"
    assert sent["query"] == "query { visits(zone: $z) }"
    assert sent["variables"] == {
        "from": 1792792800000,
        "to": 1792879200000,
        "z": "Europe/Warsaw",
        "n": 3,
    }


def test_numbers_stay_exact_through_the_expression(service: Service) -> None:
    service.replies = [Reply(b'{"rows": [{"v": 0.1}, {"v": 0.2}, {"v": 9007199254740993.5}]}')]

    def picked(expression: str) -> Any:
        asked = ask(query(expression, answer="number"), day("2026-11-22"), aggregation=LEVEL)
        return service.values(asked)[0]

    assert picked("sum(rows[].v)") == Decimal("9007199254740993.8")
    assert picked("rows[2].v") == Decimal("9007199254740993.5")
    assert picked("sum(rows[?v < `1`].v)") == Decimal("0.3")
    assert picked("avg(rows[:2].v)") == Decimal("0.15")
    assert picked("max(rows[].v)") == Decimal("9007199254740993.5")
    assert picked("max_by(rows, &v).v") == Decimal("9007199254740993.5")
    assert picked("to_number('0.1')") == Decimal("0.1")
    assert picked("length(rows)") == 3


@pytest.mark.parametrize(
    ("raw", "answer", "message"),
    [
        ({"pick": "rows"}, {"rows": 3}, "picks no list of"),
        ({"pick": "rows"}, {}, "picks no list of"),
        ({"pick": "rows[].[d, v, w]"}, {"rows": [{}]}, "3 columns"),
        ({"pick": "rows[].[d, v]"}, {"rows": [{"d": "monday", "v": 1}]}, "'monday' for a day"),
        (
            {"pick": "x", "answer": "number", "path": "{start}"},
            {"x": "many"},
            "'many' is no number",
        ),
        ({"pick": "x", "answer": "number", "path": "{start}"}, {"x": True}, "True is no number"),
        ({"pick": "x", "answer": "number", "path": "{start}"}, {"x": "1,234"}, "is no number"),
        ({"pick": "x", "answer": "number", "path": "{start}"}, {"x": 10**40 + 1}, "34 digits"),
        ({"pick": "x", "answer": "number", "path": "{start}"}, {"x": [1]}, "is no number"),
        ({"pick": "x", "answer": "number", "path": "{start}"}, {"x": {}}, "is no number"),
        ({"pick": "r[].[d, v]"}, {"r": [{"d": "2026-10-24"}] * 2}, "2026-10-24 twice"),
        ({"pick": "r[].[d, v]"}, {"r": [{"v": 1}]}, "None for a day"),
        ({"pick": "sum(x)", "answer": "number", "path": "{start}"}, {"x": "a"}, "invalid type"),
    ],
)
def test_an_answer_that_is_none_is_refused(
    service: Service, raw: dict[str, Any], answer: Any, message: str
) -> None:
    say(service, answer)
    found = CONNECTOR.query.validate_python(raw)
    with pytest.raises(QueryError, match=message) as caught:
        service.values(ask(found, day("2026-10-24"), aggregation=SUM))
    assert caught.value.remedy


DEEP = b"[" * 100_000


@pytest.mark.parametrize("content", [b"<html>", b'{"a": NaN}', b"", b"\xff", DEEP])
def test_what_is_no_json_is_refused(service: Service, content: bytes) -> None:
    service.replies = [Reply(content)]
    with pytest.raises(QueryError, match="the answer is no JSON"):
        service.values(
            ask(query("a", path="{start}", answer="number"), day("2026-10-24"), aggregation=SUM)
        )


@pytest.mark.parametrize("answer", [b'{"a": 1e400}', b'{"a": 1E-400}'])
def test_a_number_out_of_all_bounds_is_refused(service: Service, answer: bytes) -> None:
    service.replies = [Reply(answer)]
    asked = ask(query("a", path="{start}", answer="number"), day("2026-10-24"), aggregation=SUM)
    with pytest.raises(QueryError, match="34 digits"):
        service.values(asked)


def test_a_picked_null_is_no_data_and_no_days_are_none(service: Service) -> None:
    say(service, {"a": None, "rows": []})
    number = ask(query("a", path="{start}", answer="number"), OCTOBER[0], aggregation=SUM)
    rows = ask(query("rows[].[day, v]"), *OCTOBER, aggregation=SUM)
    assert service.values(number) == [None]
    assert service.values(rows) == [None] * 3


def test_the_evidence_holds_the_request_without_its_headers(service: Service) -> None:
    say(service, {"a": 1})
    asked = ask(
        query("a", answer="number", params={"d": "{start}"}), day("2026-10-24"), aggregation=SUM
    )
    (found,) = service.answers(asked)
    assert json.loads(found.evidence.queries[0]) == {
        "method": "GET",
        "url": f"http://127.0.0.1:{service.port}/v2",
        "params": {"d": "2026-10-24"},
        "body": None,
    }
    assert len(found.evidence.digests[0]) == 64
    assert service.seen[0].headers["Authorization"] == SECRET
    assert service.seen[0].headers["Accept"] == "application/json"


def test_doctor_sends_each_question_once_and_notices_when_nothing_is_picked(
    service: Service,
) -> None:
    say(service, {"a": 1})
    good = ask(query("a", answer="number"), day("2026-11-22"), aggregation=LEVEL)
    typo = ask(query("aa", answer="number"), day("2026-11-22"), aggregation=LEVEL)
    session = service.session()
    findings = list(session.doctor([good, typo]))
    session.close()
    assert [f.ok for f in findings] == [True, False]
    assert "no value" in findings[1].message


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"pick": "a["}, "no JMESPath"),
        ({"pick": "a", "params": {"d": "{begin}"}}, "unknown placeholder {begin}"),
        ({"pick": "a", "path": "{x}"}, "unknown placeholder {x}"),
        ({"pick": "a", "body": {}}, "a body needs `method: POST`"),
        ({"pick": "a", "method": "DELETE"}, "'GET' or 'POST'"),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused(raw: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        CONNECTOR.query.validate_python(raw)


def test_only_a_known_placeholder_of_a_body_is_filled() -> None:
    values: dict[str, str | int] = {"start": "2026-10-01", "start_s": 1}
    template = ["{start}", "{start_s}", "at {start_s}", "{other}", "{ start }", 5, None]
    assert filled(template, values) == ["2026-10-01", 1, "at 1", "{other}", "{ start }", 5, None]


def test_identity_is_the_declared_service_and_costs_nothing(service: Service) -> None:
    session = service.session()
    assert session.identity().account == "webinars"
    session.close()
    session.close()
    assert session.calls == 0
    assert CONNECTOR.connect(connection(service.options())).calls == 0
