"""Python: datamodel-codegen makes pydantic models, httpx calls."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

from .documents import path_of
from .places import LANGUAGES, PYTHON, VENV, WORK, run

NAME = "Python (datamodel-codegen: pydantic, httpx)"
FOLDER = WORK / "python"


def generate(documents):
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "models").mkdir(parents=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_models, documents))


def _models(version_and_component):
    version, component = version_and_component
    run([
        VENV / "bin" / "datamodel-codegen", "--input", path_of(version, component), "--input-file-type", "openapi",
        "--openapi-scopes", "schemas", "paths", "--use-operation-id-as-name", "--formatters", "builtin",
        "--output-model-type", "pydantic_v2.BaseModel", "--target-python-version", "3.11",
        "--output", FOLDER / "models" / f"v{version}_{component}.py",
    ])


def compile(cases):
    """The models are imported; each case gets the names of the models of its request and its answers."""
    for case in cases:
        name = case["operation"][0].upper() + case["operation"][1:]
        case["request_model"] = _name(case["request_schema"], f"{name}Request")
        case["answer_models"] = {status: _name(schema, f"{name}Response") for status, schema in case["answer_schemas"].items()}
    (FOLDER / "cases.json").write_text(json.dumps(cases))
    modules = "; ".join(f"import models.{file.stem}" for file in sorted((FOLDER / "models").glob("v*.py")))
    run([PYTHON, "-c", modules], cwd=FOLDER)


def call(base):
    return run([PYTHON, LANGUAGES / "python" / "call_pydantic.py", base, FOLDER / "cases.json"], env={"PYTHONPATH": str(FOLDER)})


def _name(schema, otherwise):
    """A schema by name is a class of this name; any other is called after the operation."""
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else otherwise
