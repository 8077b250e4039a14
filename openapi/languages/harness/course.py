"""The course of one language: its calls go through a recorder to a fresh backend, and are judged."""

import json

from . import judge
from .backend import Backend
from .recorder import Recorder


def course(cases, call, *, ordered=True):
    """Calls all cases with `call(base address) -> lines of JSON`; the verdicts, and what was recorded."""
    with Backend() as backend, Recorder(cases, backend.port) as recorder:
        told = call(recorder.base)
        results = {}
        for line in told.splitlines():
            if line.startswith("{"):
                result = json.loads(line)
                results[result["case"]] = result
        return judge.verdicts(cases, recorder.seen, results, ordered=ordered), recorder.seen
