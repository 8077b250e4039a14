"""The pages of `federation docs` in a real browser, from its own server and from any other."""

import functools
import http.server
import shutil
import subprocess
import threading

from .backend import Backend
from .places import LANGUAGES, NODE, REPOSITORY, WORK, Failed, federation, run

SCREENSHOTS = REPOSITORY / "docs" / "screenshots"


def look(keep):
    """All checks of `typescript/look.mjs`; the screenshots go into the repository if `keep`."""
    folder = WORK / "page"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run([federation(), "docs", "--to", folder / "site"])
    shutil.copy(LANGUAGES / "typescript" / "look.mjs", folder)
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    screenshots = SCREENSHOTS if keep else folder
    screenshots.mkdir(exist_ok=True)
    files = _AnyServer(folder / "site")
    with Backend() as backend, files, _Docs(backend.url) as docs:
        return run(["node", "look.mjs", docs.url, files.url, screenshots], cwd=folder)


class _AnyServer:
    """What `python3 -m http.server` is."""

    def __init__(self, folder):
        handler = functools.partial(_Quiet, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class _Docs:
    """`federation docs --backend URL`."""

    def __init__(self, backend):
        self.command = [str(federation()), "docs", "--backend", backend]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://"):
            self.process.kill()
            raise Failed(f"federation docs said {line!r}")
        self.url = line.split()[-1]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
