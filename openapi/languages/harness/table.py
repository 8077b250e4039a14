"""The table language × RPC, in TABLE.md."""

from collections import defaultdict

from .documents import operations
from .places import COMPONENTS, LANGUAGES, NEWEST, VERSIONS, Failed

FILE = LANGUAGES / "TABLE.md"

HEAD = """# Other languages call every RPC

Made by `openapi/languages/run`, which generates each client from the documents in `openapi/v0` … `v3`, compiles it, and
lets it call `federation serve`. A cell counts the cases of an RPC in all versions that the client was tried in: requests
to the running backend, and answers replayed from the wire vectors and from the errors that the document lists. **Equal** are
those in which the request arrived as it was meant and every field of the answer, or of the typed error, has the value that the
Rust types read from the same bytes.

"""


def write(columns, generated, check):
    """`columns`: `(name, versions, {case id: verdict}, cases)` of each language that calls."""
    text = HEAD + _languages(columns, generated) + "\n" + _rpcs(columns)
    if check:
        if not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
            (FILE.parent.parent.parent / "target" / "languages" / "TABLE.md").write_text(text, encoding="utf-8")
            raise Failed("openapi/languages/TABLE.md is not what this run found (see target/languages/TABLE.md); write it: openapi/languages/run")
    else:
        FILE.write_text(text, encoding="utf-8")


def _languages(columns, generated):
    rows = ["| client | versions | generated | compiled | called | equal |", "|---|---|---|---|---|---|"]
    for name, versions, verdicts, cases in columns:
        called = sum(verdict.called for verdict in verdicts.values())
        equal = sum(verdict.called and not verdict.faults for verdict in verdicts.values())
        rows.append(f"| {name} | {_versions(versions)} | yes | yes | {called} of {len(cases)} | {equal} of {len(cases)} |")
    rows += [f"| {name} | {_versions([NEWEST])} | yes | – | – | – |" for name in generated]
    return "\n".join(rows) + "\n"


def _rpcs(columns):
    names = [name for name, *_ in columns]
    rows = [
        "Equal, RPC by RPC:", "",
        "| RPC | versions | " + " | ".join(names) + " |",
        "|---|---|" + "---|" * len(names),
    ]
    known = defaultdict(list)
    for operation in operations():
        known[(COMPONENTS.index(operation.component), operation.rpc)].append(operation.version)
    for (component, rpc), versions in sorted(known.items()):
        cells = [_cell(COMPONENTS[component], rpc, verdicts, cases) for _, _, verdicts, cases in columns]
        rows.append(f"| {COMPONENTS[component]} `{rpc}` | {_versions(versions)} | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def _cell(component, rpc, verdicts, cases):
    own = [verdicts[case["id"]] for case in cases if (case["component"], case["rpc"]) == (component, rpc)]
    equal = sum(verdict.called and not verdict.faults for verdict in own)
    return f"{equal} of {len(own)}" if equal != len(own) else str(equal)


def _versions(versions):
    first, last = min(versions), max(versions)
    if len(versions) == 1:
        return f"V{first}"
    return f"V{first}–V{last}" if list(versions) != list(VERSIONS) else "all"
