"""Prometheus figures on a port of their own."""

from prometheus_client import start_http_server


def serve_metrics(host: str, port: int) -> None:
    """Answers `/metrics` on `host:port` from a thread; port 0 serves none."""
    if port:
        start_http_server(port, host)
