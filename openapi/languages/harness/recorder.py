"""Stands between a client and the backend and writes down what both said.

The base address of a client is `http://127.0.0.1:<port>/case/<id>`: a live case is relayed, a replayed one is
answered from the plan. HTTP/1.1, which backends serve beside HTTP/2.
"""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_BODY = 1 << 20


class Recorder:
    """`with Recorder(cases, backend_port) as recorder:`; what was said is in `recorder.seen` by case."""

    def __init__(self, cases, backend_port):
        self.cases = {case["id"]: case for case in cases}
        self.backend_port = backend_port
        self.seen = {}
        self.faults = []

    def __enter__(self):
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self):
                recorder.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}/case"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(timeout=5)

    def answer(self, handler):
        request = _body(handler)
        _, _, rest = handler.path.partition("/case/")
        name, slash, path = rest.partition("/")
        case = self.cases.get(name)
        if case is None or slash + path != case["path"]:
            self.faults.append(f"nobody planned a call of {handler.path}")
            _write(handler, 404, "application/json", b"{}")
            return
        headers = {key.lower(): value for key, value in handler.headers.items()}
        if case["answer"] is None:
            status, content_type, body = self._relay(case["path"], headers, request)
        else:
            status, content_type = case["answer"]["status"], "application/json"
            body = case["answer"]["body"].encode()
        self.seen[name] = {"headers": headers, "request": request, "status": status, "answer": body}
        _write(handler, status, content_type, body)

    def _relay(self, path, headers, request):
        kept = {key: value for key, value in headers.items() if key not in _OF_ONE_HOP}
        connection = http.client.HTTPConnection("127.0.0.1", self.backend_port, timeout=30)
        try:
            connection.request("POST", path, body=request, headers=kept)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("content-type", ""), answer.read(LARGEST_BODY)
        finally:
            connection.close()


_OF_ONE_HOP = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "expect", "te", "upgrade", "http2-settings"}


def _body(handler):
    if "chunked" in handler.headers.get("transfer-encoding", "").lower():
        body = b""
        while len(body) <= LARGEST_BODY:
            size = int(handler.rfile.readline(100).split(b";")[0], 16)
            body += handler.rfile.read(min(size, LARGEST_BODY))
            handler.rfile.readline(100)
            if size == 0:
                break
        return body
    return handler.rfile.read(min(int(handler.headers.get("content-length", 0)), LARGEST_BODY))


def _write(handler, status, content_type, body):
    handler.send_response_only(status)
    handler.send_header("content-type", content_type)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
