"""The gRPC server: google.analytics.data.v1beta.BetaAnalyticsData on 127.0.0.1, no TLS."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf import json_format

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.faults import Faults
from sandbox.ga4.messages import REQUESTS, Message
from sandbox.ga4.reception import Reception
from sandbox.ga4.service import Ga4Service
from sandbox.request_log import RequestLog

SERVICE = "google.analytics.data.v1beta.BetaAnalyticsData"
WORKERS = 32
"""More than any caller may use at once, so that the quota refuses and not the pool."""


class Ga4GrpcServer:
    """The pretend GA4 over gRPC. `service` is shared with the REST server.

    Args:
        company: Whose website it is.
        clock: What has arrived by it is reported.
        faults: Matched against the method's name, for instance "RunReport".
        log: Gets every request as service "ga4-grpc".
        port: 0 takes a free one.
        limits: Whether quotas are enforced.
        latency: Seconds that every answer takes.
        service: One to share; else the server makes its own.
    """

    def __init__(
        self,
        company: Company,
        clock: Clock,
        faults: Faults,
        log: RequestLog,
        *,
        port: int = 0,
        limits: bool = True,
        latency: float = 0.0,
        service: Ga4Service | None = None,
    ) -> None:
        self.service = service or Ga4Service(company, clock, limits=limits)
        self._reception = Reception(self.service, faults, log, "ga4-grpc", latency)
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="ga4-grpc")
        # Without so_reuseport=0 two servers would silently share one port.
        self._server = grpc.server(self._workers, options=[("grpc.so_reuseport", 0)])
        handlers = {
            method: grpc.unary_unary_rpc_method_handler(
                self._behaviour(method), request_deserializer=request.FromString
            )
            for method, request in REQUESTS.items()
        }
        generic = grpc.method_handlers_generic_handler(SERVICE, handlers)
        self._server.add_generic_rpc_handlers((generic,))
        self.port: int = self._server.add_insecure_port(f"127.0.0.1:{port}")

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def close(self) -> None:
        """Stop at once: running calls are cancelled, no thread stays."""
        self._reception.close()
        self._server.stop(grace=None).wait()
        self._workers.shutdown(wait=True)

    def _behaviour(self, method: str) -> Callable[[Message, Any], bytes]:
        def behave(request: Message, context: Any) -> bytes:
            began = time.monotonic()
            answer = self._reception.answer(method, lambda: request)
            # A response cut off in the middle reaches a gRPC caller as a lost connection.
            status = 503 if answer.cut else answer.status
            sent = b"" if status != 200 else answer.reply.SerializeToString()
            self._reception.record(
                method,
                f"/{SERVICE}/{method}",
                json_format.MessageToJson(request, indent=None),
                status,
                bytes_out=len(sent),
                began=began,
            )
            if answer.cut:
                context.abort(grpc.StatusCode.UNAVAILABLE, "recvmsg:Connection reset by peer")
            if answer.error:
                context.abort(grpc.StatusCode[answer.error.status], answer.error.message)
            return sent

        return behave
