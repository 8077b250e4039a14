"""Calls every case with models that datamodel-codegen made: call_pydantic.py BASE CASES

A request is read into its generated model and written from it; an answer is read into the model of its
status. HTTP goes through httpx.
"""

import base64
import importlib
import json
import sys

import httpx
import pydantic


def main(base, cases_file):
    with open(cases_file, encoding="utf-8") as file:
        cases = json.load(file)
    with httpx.Client(timeout=30) as http:
        for case in cases:
            print(json.dumps({"case": case["id"], **tell(http, base, case)}), flush=True)


def tell(http, base, case):
    models = importlib.import_module(f"models.v{case['version']}_{case['component']}")
    try:
        request = model(models, case["request_model"])
        typed = request.validate_python(case["request"])
        headers = {"Wire-Origin-Domain": case["origin"], "Content-Type": "application/json"}
        if case["send_version"]:
            headers["X-Wire-API-Version"] = str(case["version"])
        body = request.dump_json(typed, by_alias=True, exclude_unset=True)
        answer = http.post(f"{base}/{case['id']}{case['path']}", content=body, headers=headers)
        if answer.status_code == 200 and case["stream"]:
            return {"status": 200, "bytes": base64.b64encode(answer.content).decode()}
        expected = model(models, case["answer_models"][str(answer.status_code)])
        value = expected.validate_json(answer.content)
        return {"status": answer.status_code, "value": json.loads(expected.dump_json(value, by_alias=True))}
    except (pydantic.ValidationError, httpx.HTTPError, KeyError) as fault:
        return {"fault": f"{type(fault).__name__}: {fault}"}


def model(models, name):
    """A generated class or enumeration, to be read and written."""
    return pydantic.TypeAdapter(getattr(models, name))


main(*sys.argv[1:])
