#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A server with bad manners: /MANNER/NAME serves FOLDER/NAME as MANNER says. Prints its port."""
import http.server
import os
import sys
import time

FOLDER = sys.argv[1]
SEEN = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        with open(os.path.join(FOLDER, 'requests.log'), 'a', encoding='utf-8') as log:
            log.write('%s %s\n' % (self.path, self.headers.get('Range', '-')))
        with open(os.path.join(FOLDER, 'logins.log'), 'a', encoding='utf-8') as log:
            log.write('%s %s %s\n' % (self.headers.get('Host'), self.path, self.headers.get('Authorization', '-')))

    def answer(self, status, body=b'', length=None, **headers):
        self.send_response(status)
        self.send_header('Content-Length', str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.end_headers()
        self.wfile.write(body)

    def token(self):
        """/t/TOKEN/MANNER/NAME is /MANNER/NAME for whom the right token is known."""
        _, _, token, rest = self.path.split('/', 3)
        if token != 'tok-123':
            return self.answer(403)
        self.path = '/' + rest
        return self.do_GET()

    def do_GET(self):
        if self.path.startswith('/t/'):
            return self.token()
        _, manner, name = self.path.split('/', 2)
        turn = SEEN[self.path] = SEEN.get(self.path, 0) + 1
        path = os.path.join(FOLDER, name)
        if not os.path.exists(path):
            return self.answer(404)
        with open(path, 'rb') as file:
            body = file.read()
        start = int(self.headers.get('Range', 'bytes=0-')[6:].split('-')[0])
        if manner == 'flaky' and turn % 2:
            return self.answer(500, b'a page that says sorry', Retry_After='0')
        if manner == 'cut' and turn == 1:
            self.answer(200, body[:len(body) // 2], length=len(body))
            self.close_connection = True
            return None
        if manner == 'cut' and start:
            return self.answer(206, body[start:], Content_Range='bytes %d-%d/%d' % (start, len(body) - 1, len(body)))
        if manner == 'noranges' and turn == 1:
            self.answer(200, body[:len(body) // 2], length=len(body))
            self.close_connection = True
            return None
        if manner == 'wrong' or (manner == 'wrongonce' and turn == 1):
            return self.answer(200, bytes(len(body)))
        if manner == 'down':
            return self.answer(503, Retry_After='0')
        if manner == 'private' and self.headers.get('Authorization') != 'Basic YWxpY2U6b3Blbg==':  # alice:open
            return self.answer(401)
        if manner == 'tokens' and '/t/' not in self.requestline:
            return self.answer(401)
        if manner == 'busy' and turn == 1:
            return self.answer(429, Retry_After='1')
        if manner == 'loop':
            return self.answer(302, Location=self.path)
        if manner == 'away':  # to the same server by its other name
            return self.answer(302, Location='http://localhost:%d/plain/%s' % (self.server.server_port, name))
        if manner == 'long':  # says that there is more
            self.answer(200, body, length=len(body) + 1000)
            self.close_connection = True
            return None
        if manner == 'tagged' and self.headers.get('If-None-Match') == '"v1"':
            return self.answer(304)
        if manner == 'aged':
            if self.headers.get('If-None-Match') == '"v1"':
                return self.answer(304, Cache_Control='public, max-age=1000')
            return self.answer(200, body, ETag='"v1"', Cache_Control='public, max-age=1000')
        if manner == 'stall':  # half of it, then nothing for a while
            self.answer(200, body[:len(body) // 2], length=len(body))
            time.sleep(5)
            return None
        if manner == 'slow':
            time.sleep(0.5)
        if manner == 'nocache':
            return self.answer(200, body, ETag='"v1"', Cache_Control='max-age=1000, no-cache')
        return self.answer(200, body, ETag='"v1"')


http.server.ThreadingHTTPServer.daemon_threads = True
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
