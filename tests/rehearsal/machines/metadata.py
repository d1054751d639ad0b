"""metadata.py FOLDER: a metadata service that gives each caller the user data in FOLDER/<its address>."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Metadata(BaseHTTPRequestHandler):
    def do_PUT(self):
        self.answer(200, b"token")

    def do_GET(self):
        if self.path.endswith("/user-data"):
            self.answer(200, (Path(sys.argv[1]) / self.client_address[0]).read_bytes())
        elif self.path.endswith("/instance-identity/document"):
            self.answer(200, b'{"region": "eu-west-1"}')
        else:
            self.answer(404, b"")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("169.254.169.254", 80), Metadata)
print("ready", flush=True)
server.serve_forever()
