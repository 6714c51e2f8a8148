"""An issuer's keys behind https, for tests. The first line of its output is its port; then a line for each request."""

import argparse
import datetime
import http.server
import ssl
import sys
import threading

import trustme

options = argparse.ArgumentParser()
options.add_argument("authority", help="the file to write the authority's certificate to")
options.add_argument("keys", help="the JWKS")
options.add_argument("--name", default="localhost")
options.add_argument("--expired", action="store_true")
options = options.parse_args()


class Keys(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.path, flush=True)
        body = options.keys.encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """Whoever does not believe the certificate goes."""


authority = trustme.CA()
authority.cert_pem.write_to_path(options.authority)
over = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
authority.issue_cert(options.name, not_after=over if options.expired else None).configure_cert(context)
server = Server(("127.0.0.1", 0), Keys)
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
# It ends with the test.
sys.stdin.read()
