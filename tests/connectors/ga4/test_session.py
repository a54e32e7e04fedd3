"""Identity, doctor, and the manners of a session."""

from zoneinfo import ZoneInfo

import pytest

from connectors.contract import Finding
from connectors.errors import Permanent
from connectors.ga4 import CONNECTOR
from okrmodel.observations import Aggregation
from sandbox.ga4.quality import Quality
from tests.connectors.ga4.conftest import Property, query
from tests.connectors.opening import ask, connection, day, run

DAY = day("2026-11-10")


def examined(website: Property, *metrics: str) -> dict[str, Finding]:
    session = website.session()
    asks = [ask(query(m, country="Poland"), DAY, aggregation=Aggregation.SUM) for m in metrics]
    findings = {f.subject: f for f in session.doctor(asks)}
    session.close()
    return findings


def test_the_property_is_known_by_its_number_and_zone_with_one_call(either: Property) -> None:
    session = either.session()
    first, second = session.identity(), session.identity()
    assert first == second
    assert (first.account, first.zone) == (str(either.company.property_id), "Europe/Warsaw")
    assert first.sandbox
    assert session.calls == 1
    session.close()


def test_an_answer_says_who_gave_it_and_identity_needs_no_call(either: Property) -> None:
    session = either.session()
    run(session, *CONNECTOR.plan([ask(query("keyEvents"), DAY)], either.options()))
    found = session.identity()
    assert (found.account, found.zone) == (str(either.company.property_id), "Europe/Warsaw")
    assert session.calls == 1
    session.close()
    asked = either.session()
    assert asked.identity() == found
    asked.close()


def test_days_of_the_source_are_those_of_its_first_answer(website: Property) -> None:
    session = website.session(zone=ZoneInfo("Europe/Paris"), days="source")
    (found,) = run(session, *CONNECTOR.plan([ask(query("keyEvents"), DAY)], website.options()))
    assert found.evidence.source_zone == session.identity().zone == "Europe/Warsaw"
    assert session.calls == 1
    session.close()


def test_a_zone_that_nobody_agreed_to_costs_one_call_however_much_is_asked(
    website: Property,
) -> None:
    session = website.session(zone=ZoneInfo("Europe/Paris"))
    steps = CONNECTOR.plan([ask(query("keyEvents"), DAY)], website.options())
    for _ in range(3):
        with pytest.raises(Permanent, match="cut the days in Europe/Warsaw, not in Europe/Paris"):
            run(session, *steps)
    assert session.identity().zone == "Europe/Warsaw"
    assert session.calls == 1
    session.close()


def test_doctor_is_content_with_a_sound_connection(either: Property) -> None:
    findings = examined(either, "keyEvents", "totalRevenue")
    assert set(findings) == {
        "property",
        "time zone",
        "quota",
        "metric keyEvents",
        "metric totalRevenue",
        "dimension country",
        "keyEvents by country",
        "totalRevenue by country",
    }
    assert all(f.ok for f in findings.values())
    assert "13999 tokens left this hour" in findings["quota"].message
    assert either.calls(4) == 4


def test_doctor_guesses_the_name_that_was_meant(website: Property) -> None:
    found = examined(website, "keyEvnts")["metric keyEvnts"]
    assert not found.ok
    assert found.remedy == "did you mean keyEvents?"


def test_doctor_finds_fields_that_do_not_go_together(either: Property) -> None:
    session = either.session()
    wrong = ask(query("itemListClickEvents", country="Poland"), DAY, aggregation=Aggregation.SUM)
    right = ask(query("keyEvents", country="Poland"), DAY, aggregation=Aggregation.SUM)
    found = {f.subject: f for f in session.doctor([wrong, right])}
    session.close()
    assert found["keyEvents by country"].ok
    refused = found["itemListClickEvents by country"]
    assert (refused.ok, refused.mistake) == (False, "incompatible")
    assert "do not go together: remove itemListClickEvents" in refused.remedy
    assert [written.fingerprint for written in refused.written] == [wrong.fingerprint]


def test_doctor_finds_a_metric_that_would_answer_zeros(website: Property) -> None:
    website.service.quality = Quality(blocked={"totalRevenue": "NO_REVENUE_METRICS"})
    found = examined(website, "totalRevenue")["metric totalRevenue"]
    assert not found.ok
    assert "zeros" in found.message


def test_doctor_wants_the_zones_to_agree_unless_the_dates_are_the_sources(
    website: Property,
) -> None:
    paris = ZoneInfo("Europe/Paris")

    def zone_finding(days: str) -> Finding:
        options = website.options(days=days)
        session = CONNECTOR.connect(connection(options, zone=paris, now=website.clock.now))
        found = {f.subject: f for f in session.doctor([])}["time zone"]
        session.close()
        return found

    refused, agreed = zone_finding("workspace"), zone_finding("source")
    assert (refused.ok, agreed.ok) == (False, True)
    assert "Europe/Warsaw" in refused.message
    assert "Europe/Paris" in refused.message
    assert "days: source" in refused.remedy


def test_doctor_stops_at_a_door_that_does_not_open(website: Property) -> None:
    website.fault("status", status=403)
    (found,) = examined(website, "keyEvents").values()
    assert (found.ok, found.subject) == (False, "property")
    assert "Viewer" in found.remedy


def test_closing_twice_does_nothing_and_opening_sends_nothing(either: Property) -> None:
    session = either.session()
    session.close()
    session.close()
    assert session.calls == 0
    assert either.calls(0) == 0


def test_the_request_asks_for_the_quota_and_says_what_was_sent(website: Property) -> None:
    (found,) = website.answers(ask(query("keyEvents", country="Poland"), DAY))
    (sent,) = found.evidence.queries
    assert '"returnPropertyQuota": true' in sent
    assert '"startDate": "2026-11-10"' in sent
    assert '"fieldName": "country"' in sent
