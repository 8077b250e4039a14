#!/usr/bin/env python3
"""Makes the corpora of the fuzz targets out of the vectors and the published documents.

usage: seed_corpus.py FOLDER

An input is named after its content, as libFuzzer does it, so that a second run adds nothing.
"""

import hashlib
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
VECTORS = ROOT / "api/tests/vectors"


def put(folder, target, content):
    place = folder / target
    place.mkdir(parents=True, exist_ok=True)
    (place / hashlib.sha1(content).hexdigest()).write_bytes(content)


def texts(value):
    """Every text in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from texts(item)


def vectors(folder):
    for path in sorted(VECTORS.glob("*/**/*.json")):
        kind = path.relative_to(VECTORS).parts[0]
        content = path.read_bytes()
        put(folder, "documents", kind.encode() + b"\n" + content)
        # As bytes that something is made from they are as good as any.
        put(folder, "values", kind.encode() + b"\n" + content)
        put(folder, "instances", kind.encode() + b"\n" + content)
        try:
            value = json.loads(content)
        except ValueError:
            continue  # A vector of what is refused need not be JSON.
        for text in texts(value):
            put(folder, "scalars", text.encode(errors="replace"))


def documents(folder):
    for path in sorted((ROOT / "openapi").glob("v*/*.json")):
        version = path.parent.name[1:].encode()
        for route, item in json.loads(path.read_text()).get("paths", {}).items():
            name = route.rsplit("/", 1)[1].encode()
            operation = item["post"]
            request = operation["requestBody"]["content"]["application/json"]["example"]
            put(folder, "requests", b"\n".join([name, version, json.dumps(request).encode()]))
            for status, response in operation["responses"].items():
                example = response.get("content", {}).get("application/json", {}).get("example")
                if example is not None and status.isdigit():
                    answer = [name, status.encode(), json.dumps(example).encode()]
                    put(folder, "answers", b"\n".join(answer))


def declarations(folder):
    sources = [*ROOT.glob("codegen/tests/faults/*.rs"), *(ROOT / "api/src" / f"{name}.rs"
               for name in ("brig", "galley", "cargohold"))]
    for path in sorted(sources):
        put(folder, "declaration", path.read_bytes())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    vectors(folder)
    documents(folder)
    declarations(folder)
