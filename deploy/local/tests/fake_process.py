"""Stands where a service will: answers /health/ready on the port that its settings name, and shows them."""

import http.server
import json
import os
import sys

PREFIX, PORT = sys.argv[1], sys.argv[2]


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({name: value for name, value in os.environ.items() if "_" in name}).encode()
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.HTTPServer(("127.0.0.1", int(os.environ[f"{PREFIX}_{PORT}"])), Answers).serve_forever()
