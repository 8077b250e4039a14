"""A running reference backend: `federation serve`."""

import subprocess
import threading

from .places import Failed, federation


class Backend:
    """`with Backend() as backend:` serves the seed `b` at `backend.port` on loopback."""

    def __init__(self, seed="b"):
        self.seed = seed

    def __enter__(self):
        self.process = subprocess.Popen(
            [str(federation()), "serve", "--seed", self.seed],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://"):
            self.process.kill()
            raise Failed(f"federation serve said {line!r}: {self.process.stderr.read()}")
        self.url = line.split()[-1]
        self.port = int(self.url.rpartition(":")[2])
        # Read to the end, so that a talkative backend never waits for a reader.
        self.log = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def _read(self):
        for line in self.process.stderr:
            self.log.append(line)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(timeout=5)
        self.process.stdout.close()
        self.process.stderr.close()
