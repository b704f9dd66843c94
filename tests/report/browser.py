# SPDX-License-Identifier: BSD-3-Clause
"""A headless Chromium, driven over a pipe by the DevTools protocol; the standard library is enough.

Messages are JSON ended by a NUL, on the browser's descriptors 3 (to it) and 4 (from it). What the
page logs, throws or asks of the network is kept.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ('chromium', 'chromium-browser', 'google-chrome')


def find():
    """The path of a Chromium, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Browser:
    """A browser with one page; ends with its 'with' block, whatever happens."""

    def __init__(self, width=1400, height=900):
        self.folder = tempfile.mkdtemp(prefix='advisor-browser.')
        self.downloads = os.path.join(self.folder, 'downloads')
        os.mkdir(self.downloads)
        to_read, self.to_write = os.pipe()
        self.from_read, from_write = os.pipe()
        self.process = subprocess.Popen(
            ['sh', '-c', 'exec 3<&%d 4>&%d; exec "$@"' % (to_read, from_write), 'sh', find(), '--headless=new',
             '--remote-debugging-pipe', '--no-sandbox', '--disable-gpu', '--no-first-run',
             '--disable-background-networking', '--disable-component-update', '--disable-sync',
             '--disable-dev-shm-usage', '--hide-scrollbars', '--force-color-profile=srgb',
             '--user-data-dir=' + os.path.join(self.folder, 'profile'), 'about:blank'],
            pass_fds=(to_read, from_write), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.buffer, self.number, self.problems, self.requests, self.done, self.session = b'', 0, [], [], [], None
        try:
            self._attach(width, height)
        except BaseException:
            self.close()
            raise

    def _attach(self, width, height):
        page = next(t for t in self.send('Target.getTargets')['targetInfos'] if t['type'] == 'page')
        self.session = self.send('Target.attachToTarget', targetId=page['targetId'], flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.send(domain + '.enable')
        self.send('Browser.setDownloadBehavior', behavior='allowAndName', downloadPath=self.downloads, eventsEnabled=True)
        self.resize(width, height)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        os.close(self.to_write)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.from_read)
        shutil.rmtree(self.folder, ignore_errors=True)

    def send(self, method, **params):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': params}
        if self.session and not method.startswith(('Target.', 'Browser.')):
            message['sessionId'] = self.session
        os.write(self.to_write, json.dumps(message).encode() + b'\0')
        wanted = self.number
        while True:
            answer = self._receive(60)
            if answer is None:
                raise RuntimeError('the browser does not answer to %s' % method)
            if answer.get('id') == wanted:
                if 'error' in answer:
                    raise RuntimeError('%s: %s' % (method, answer['error']['message']))
                return answer['result']

    def _receive(self, seconds):
        while b'\0' not in self.buffer:
            ready, _, _ = select.select([self.from_read], [], [], seconds)
            part = os.read(self.from_read, 1 << 20) if ready else b''
            if not part:
                return None
            self.buffer += part
        text, self.buffer = self.buffer.split(b'\0', 1)
        message = json.loads(text)
        self._note(message.get('method'), message.get('params', {}))
        return message

    def _note(self, method, params):
        if method == 'Runtime.exceptionThrown':
            details = params['exceptionDetails']
            self.problems.append(details.get('exception', {}).get('description') or details['text'])
        elif method == 'Runtime.consoleAPICalled' and params['type'] in ('error', 'warning', 'assert'):
            self.problems.append(' '.join(str(a.get('value', a.get('description'))) for a in params['args']))
        elif method == 'Log.entryAdded' and params['entry']['level'] in ('error', 'warning'):
            self.problems.append(params['entry']['text'])
        elif method == 'Browser.downloadProgress' and params['state'] == 'completed':
            self.done.append(params['guid'])
        elif method == 'Network.requestWillBeSent':
            self.requests.append(params['request']['url'])

    def run(self, script):
        """The value of a JavaScript expression (a promise is waited for)."""
        answer = self.send('Runtime.evaluate', expression=script, returnByValue=True, awaitPromise=True)
        if 'exceptionDetails' in answer:
            details = answer['exceptionDetails']
            raise RuntimeError(details.get('exception', {}).get('description') or details['text'])
        return answer['result'].get('value')

    def wait(self, script, seconds=30):
        """Waits until a JavaScript expression is true, and gives its value."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.run(script)
            if value:
                return value
            time.sleep(0.02)
        raise RuntimeError('in vain waited for: ' + script)

    def open(self, path, fragment=''):
        self.send('Page.navigate', url='about:blank')
        self.send('Page.navigate', url='file://' + os.path.abspath(path) + fragment)
        self.wait('document.documentElement?.dataset.ready')

    def go(self, fragment):
        """Another view of the same page; returns when it is drawn."""
        self.run('new Promise((done) => { if (location.hash === %s) return done();'
                 ' addEventListener("hashchange", () => setTimeout(done), { once: true }); location.hash = %s; })'
                 % (json.dumps(fragment), json.dumps(fragment)))

    def resize(self, width, height, mobile=False):
        self.send('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def colours(self, scheme):
        self.send('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': scheme}])

    KEYS = {'Tab': 9, 'Enter': 13, ' ': 32, 'Escape': 27}

    def press(self, key, shift=False):
        text = {'Enter': '\r', ' ': ' '}.get(key, key if len(key) == 1 else '')
        common = dict(key=key, code=key, windowsVirtualKeyCode=self.KEYS.get(key, ord(key[0])), modifiers=8 if shift else 0)
        self.send('Input.dispatchKeyEvent', type='keyDown', text=text, **common)
        self.send('Input.dispatchKeyEvent', type='keyUp', **common)

    def click(self, selector):
        """A click of the mouse on the middle of an element."""
        box = self.run('(() => { const e = document.querySelector(%s); e.scrollIntoView({ block: "center" });'
                       ' const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()'
                       % json.dumps(selector))
        for kind in ('mousePressed', 'mouseReleased'):
            self.send('Input.dispatchMouseEvent', type=kind, x=box[0], y=box[1], button='left', clickCount=1)

    def download(self, selector, seconds=20):
        """The text that a click downloads."""
        before = len(self.done)
        if before % 8 == 7:  # after ten of one page Chromium would ask the user
            self.run('delete document.documentElement.dataset.ready')
            self.send('Page.reload')
            self.wait('document.documentElement?.dataset.ready')
        self.click(selector)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if len(self.done) > before:
                with open(os.path.join(self.downloads, self.done[before]), newline='') as file:
                    return file.read()
            self.run('1')
            time.sleep(0.01)
        raise RuntimeError('nothing was downloaded')

    def picture(self, path, whole=True):
        with open(path, 'wb') as file:
            file.write(base64.b64decode(self.send('Page.captureScreenshot', captureBeyondViewport=whole)['data']))
