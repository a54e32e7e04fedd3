"""The server itself: connections, threads, the log and the control door."""

import http.client
import socket
import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.faults import Faults
from sandbox.hubspot.server import HubSpotServer
from sandbox.request_log import RequestLog
from tests.sandbox.hubspot.hub import CONTACTS, Hub

DETAILS = "/account-info/v3/details"
SOCKET_WRITER: Any = vars(socketserver)["_SocketWriter"]


def test_a_connection_serves_many_requests(hub: Hub) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", hub.server.port, timeout=10)
    headers = {"Authorization": "Bearer pat-eu1-sandbox"}
    ports = set()
    for _ in range(3):
        connection.request("GET", DETAILS, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        assert answer.version == 11
        ports.add(connection.sock.getsockname()[1])
    connection.close()

    assert len(ports) == 1


def test_an_answer_is_written_at_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    write = SOCKET_WRITER.write

    def watched(writer: Any, piece: bytes) -> Any:
        written.append(piece)
        return write(writer, piece)

    monkeypatch.setattr(SOCKET_WRITER, "write", watched)
    with socket.create_connection(("127.0.0.1", hub.server.port), timeout=10) as raw:
        raw.sendall(
            b"GET /account-info/v3/details HTTP/1.1\r\nHost: x\r\n"
            b"Authorization: Bearer pat-eu1-sandbox\r\n\r\n"
        )
        while not written:
            raw.recv(65536)
        assert hub.server._http is not None
        [connection] = hub.server._http._connections
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    [piece] = written
    head, _, body = piece.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert f"Content-Length: {len(body)}".encode() in head


def test_closing_leaves_no_thread_and_frees_the_port(few: Company) -> None:
    before = threading.active_count()
    hub = Hub(few)
    with hub:
        idle = socket.create_connection(("127.0.0.1", hub.server.port), timeout=10)
        hub.get(DETAILS)
        assert threading.active_count() > before
    idle.close()
    hub.server.close()

    assert threading.active_count() == before
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(hub.url, timeout=1)


def test_a_taken_port_is_an_error(hub: Hub, few: Company) -> None:
    second = HubSpotServer(few, Clock(), Faults(), RequestLog(), port=hub.server.port)
    with pytest.raises(OSError, match="in use"):
        second.start()
    second.close()


def test_every_request_is_logged_as_it_arrived(hub: Hub) -> None:
    answer = hub.post(CONTACTS + "/", {"limit": 1})
    hub.get(DETAILS, x="1")
    hub.get("/nowhere")

    search, details, nowhere = hub.asked()
    assert (search.method, search.path, search.status) == ("POST", CONTACTS + "/", 200)
    assert search.body == '{"limit": 1}'
    assert search.bytes_out > len(answer.content)
    assert details.path == f"{DETAILS}?x=1"
    assert nowhere.status == 404
    assert search.at_monotonic <= details.at_monotonic <= nowhere.at_monotonic


def test_unknown_paths_are_web_pages_and_wrong_verbs_are_not_allowed(hub: Hub) -> None:
    page, verb = hub.get("/crm/v3/nothing"), hub.get(CONTACTS)

    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html;charset=utf-8")
    assert page.text.startswith("<html>")
    assert hub.get("/crm/v3/objects/contacts/search/more").status_code == 404
    assert verb.status_code in {404, 405}
    assert hub.post(DETAILS).status_code == 405


def test_the_control_door_is_open_to_anybody_here_and_not_logged(hub: Hub) -> None:
    moved = requests.put(
        f"{hub.url}/_sandbox/clock", json={"now": "2026-05-20T10:00:00+00:00"}, timeout=10
    )
    requests.post(f"{hub.url}/_sandbox/faults", json={"kind": "status", "status": 503}, timeout=10)
    log = requests.get(f"{hub.url}/_sandbox/log", timeout=10).json()

    assert moved.json() == {"now": "2026-05-20T10:00:00+00:00"}
    assert log == {"requests": []}
    assert hub.get(DETAILS).status_code == 503
    assert "130" in hub.found()
    assert requests.get(f"{hub.url}/_sandbox/nothing", timeout=10).status_code == 404


def test_latency_delays_each_answer(few: Company) -> None:
    with Hub(few, latency=0.05) as hub:
        answer = hub.get(DETAILS)

    assert answer.elapsed.total_seconds() >= 0.05


def test_many_clients_at_once_get_the_same_answer(grown: Company) -> None:
    body = {"limit": 200, "properties": ["lifecyclestage"], "sorts": ["lastmodifieddate"]}
    with Hub(grown) as hub:

        def ask(_n: int) -> str:
            answer = requests.post(
                hub.url + CONTACTS, json=body, headers=dict(hub.session.headers), timeout=10
            )
            return answer.text

        with ThreadPoolExecutor(8) as pool:
            answers = set(pool.map(ask, range(24)))

    assert len(answers) == 1
