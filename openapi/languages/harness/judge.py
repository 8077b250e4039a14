"""Whether what a client read and wrote is what we read and write.

Ours is what `federation check` makes of the same bytes: it reads them as the Rust types and prints how they
are written. A client's value is what its own types hold, written as JSON again; so a field that a generated
type lost, or took for something else, is seen.
"""

import base64
import datetime
import json
import re
import subprocess
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from .places import Failed, federation

# Keys of maps: ids of users and of clients. Whether such a key is there at all means something.
_KEY_OF_A_MAP = re.compile(r"^[0-9a-f]{1,16}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_ABSENT = object()


@dataclass
class Verdict:
    """Of one case: it was called, and the values were equal, or what was wrong."""

    called: bool
    faults: list = field(default_factory=list)


def verdicts(cases, seen, results, *, ordered=True):
    """The verdict for each case, by its id. Where sets have no order, lists are equal in any."""
    ours = _as_rust_reads(cases, seen)
    found = {}
    for case in cases:
        record, result = seen.get(case["id"]), results.get(case["id"])
        if record is None:
            reason = (result or {}).get("fault", "the client never called")
            found[case["id"]] = Verdict(False, [str(reason)])
            continue
        faults = _faults(case, record, result, ours, ordered) if result else ["the client says nothing of it"]
        found[case["id"]] = Verdict(True, faults)
    return found


def _faults(case, record, result, ours, ordered):
    if "fault" in result:
        return [result["fault"]]
    faults = [f"request{at}" for at in differences(case["request"], json.loads(record["request"] or b"null"), ordered)]
    if record["headers"].get("wire-origin-domain") != case["origin"]:
        faults.append("the header Wire-Origin-Domain is missing")
    if result["status"] != record["status"]:
        faults.append(f"status {result['status']}, was {record['status']}")
    if record["status"] == 200 and case["stream"]:
        if base64.b64decode(result["bytes"]) != record["answer"]:
            faults.append("other bytes")
        return faults
    kind, value = ours[case["id"]]
    if kind == "refused":
        return [*faults, f"the Rust types refuse the answer: {value}"]
    if json.loads(record["answer"]) != value:
        faults.append("the Rust types write the answer differently")
    return faults + [f"answer{at}" for at in differences(value, result.get("value"), ordered)]


def differences(ours, theirs, ordered=True, at=""):
    """Places in which two values differ, with both. Times are equal if they are the same moment; a member that
    is null is as good as one that is missing, except in a map."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}):
            missing = _ABSENT if _KEY_OF_A_MAP.match(key) else None
            one, other = ours.get(key, missing), theirs.get(key, missing)
            if one is _ABSENT or other is _ABSENT:
                yield f"{at}.{key} is {'missing' if other is _ABSENT else 'invented'}"
            else:
                yield from differences(one, other, ordered, f"{at}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        if not ordered:
            ours, theirs = (sorted(values, key=_key) for values in (ours, theirs))
        for number, (one, other) in enumerate(zip(ours, theirs)):
            yield from differences(one, other, ordered, f"{at}[{number}]")
    elif not _same(ours, theirs):
        yield f"{at}: {json.dumps(theirs)[:200]} in place of {json.dumps(ours)[:200]}"


def _key(value):
    """By what elements of sets are put in order: the same whether null members are written or left out."""
    def without_null(value):
        if isinstance(value, dict):
            return {key: without_null(member) for key, member in value.items() if member is not None}
        return [without_null(element) for element in value] if isinstance(value, list) else value

    return json.dumps(without_null(value), sort_keys=True)


def _same(one, other):
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    if one == other:
        return True
    moments = [_moment(value) for value in (one, other)]
    return None not in moments and moments[0] == moments[1]


def _moment(value):
    if not isinstance(value, str) or not re.match(r"^\d{4}-\d\d-\d\dT", value):
        return None
    try:
        return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None


def _as_rust_reads(cases, seen):
    """Each recorded answer as `("value", …)` or `("refused", why)`. One program for all answers of one kind."""
    groups = defaultdict(list)
    for case in cases:
        record = seen.get(case["id"])
        if record is None or (record["status"] == 200 and case["stream"]):
            continue
        if record["status"] == 200:
            groups[(case["component"], case["rpc"], "response", "--version", str(case["version"]))].append(case["id"])
        else:
            groups[("--type", "Failure")].append(case["id"])
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for arguments, names in groups.items():
            files = []
            for number, name in enumerate(names):
                file = Path(folder) / f"{number}.json"
                file.write_bytes(seen[name]["answer"])
                files.append(str(file))
            done = subprocess.run([str(federation()), "check", *arguments, *files], capture_output=True, text=True, timeout=60, check=False)
            if done.returncode == 0:
                for name, line in zip(names, done.stdout.splitlines(), strict=True):
                    found[name] = ("value", json.loads(line))
            elif done.returncode == 1:
                # Which of them, one at a time.
                for name, file in zip(names, files):
                    one = subprocess.run([str(federation()), "check", *arguments, file], capture_output=True, text=True, timeout=60, check=False)
                    found[name] = ("value", json.loads(one.stdout)) if one.returncode == 0 else ("refused", one.stderr.strip())
            else:
                raise Failed(f"federation check {' '.join(arguments)}: {done.stderr}")
    return found
