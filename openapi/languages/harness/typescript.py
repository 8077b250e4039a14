"""TypeScript: openapi-typescript makes the types, openapi-fetch calls, `tsc --strict` checks the lot.

The calls are written out, one literal request each, so that the compiler holds every request against the
generated types; afterwards every answer that came is written out too and held against its type.
"""

import json
import re
import shutil

from .places import LANGUAGES, NODE, WORK, Failed, run
from .documents import path_of

NAME = "TypeScript (openapi-typescript, openapi-fetch)"
FOLDER = WORK / "typescript"


def generate(documents):
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(LANGUAGES / "typescript", FOLDER)
    (FOLDER / "api").mkdir()
    (FOLDER / "package.json").write_text('{"type": "module"}')
    (FOLDER / "node_modules").symlink_to(NODE / "node_modules")
    entries = [f"{_module(*each)}={path_of(*each)}" for each in documents]
    run(["node", "types.mjs", "api", *entries], cwd=FOLDER)
    for file in (FOLDER / "api").iterdir():
        # Outside of comments and texts.
        code = re.sub(r'/\*.*?\*/|"(\\.|[^"\\])*"', "", file.read_text(), flags=re.S)
        if re.search(r"\bany\b", code):
            raise Failed(f"the generated types of {file.name} contain `any`")


def compile(cases):
    lines = ['import createClient from "openapi-fetch";', 'import { report } from "./report.js";']
    lines += _imports(cases)
    for module in _modules(cases):
        # One client type a document; the compiler takes long over each.
        lines.append(f"const call_{module} = (baseUrl: string) => createClient<{module}>({{ baseUrl }});")
    lines += [_call(case) for case in cases]
    (FOLDER / "calls.ts").write_text("\n".join(lines) + "\n")
    _tsc("calls.ts")


def call(base):
    return run(["node", "out/calls.js", base], cwd=FOLDER)


def check_answers(cases, seen):
    """The compiler reads every answer: no member that its type does not have, none missing, no other value."""
    lines = _imports(cases)
    for number, case in enumerate(cases):
        record = seen.get(case["id"])
        if record and not (case["stream"] and record["status"] == 200):
            type_of = (
                f'{_module(case["version"], case["component"])}[{json.dumps(case["path"])}]'
                f'["post"]["responses"][{record["status"]}]["content"]["application/json"]'
            )
            answer = json.dumps(json.loads(record["answer"]), ensure_ascii=False)
            lines.append(f'/* {case["id"]} */ export const a{number}: {type_of} = {answer};')
    (FOLDER / "answers.ts").write_text("\n".join(lines) + "\n")
    _tsc("answers.ts")


def _tsc(file):
    """Compiles one program and what it imports."""
    options = json.loads((FOLDER / "tsconfig.json").read_text())
    (FOLDER / "one.json").write_text(json.dumps({**options, "include": [file]}))
    run([NODE / "node_modules" / ".bin" / "tsc", "-p", "one.json"], cwd=FOLDER)


def _modules(cases):
    return sorted({_module(case["version"], case["component"]) for case in cases})


def _imports(cases):
    return [f'import type {{ paths as {module} }} from "./api/{module}.js";' for module in _modules(cases)]


def _module(version, component):
    return f"v{version}_{component}"


def _call(case):
    headers = {"Wire-Origin-Domain": case["origin"]}
    if case["send_version"]:
        headers["X-Wire-API-Version"] = case["version"]
    options = [f"params: {{ header: {json.dumps(headers)} }}", f'body: {json.dumps(case["request"], ensure_ascii=False)}']
    if case["stream"]:
        options.append('parseAs: "arrayBuffer"')
    return (
        f'await report({json.dumps(case["id"])}, (baseUrl) => call_{_module(case["version"], case["component"])}(baseUrl)'
        f'.POST({json.dumps(case["path"])}, {{ {", ".join(options)} }}));'
    )
