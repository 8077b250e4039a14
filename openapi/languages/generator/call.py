"""Calls every case with the clients of openapi-generator's `python`: call.py BASE CASES"""

import base64
import enum
import importlib
import inspect
import json
import sys
import typing

HEADERS = {"wire_origin_domain", "x_wire_api_version", "wire_origin_request_id", "request_id", "wire_origin_ip"}


def main(base, cases_file):
    with open(cases_file, encoding="utf-8") as file:
        cases = json.load(file)
    for case in cases:
        print(json.dumps({"case": case["id"], **tell(base, case)}, default=str), flush=True)


def tell(base, case):
    package = importlib.import_module(f"{case['component']}_client")
    exceptions = importlib.import_module(f"{case['component']}_client.exceptions")
    client = package.ApiClient(package.Configuration(host=f"{base}/{case['id']}"))
    api = getattr(package, f"{case['component'].capitalize()}Api")
    method = getattr(api(client), f"{snake(case['operation'])}_with_http_info")
    try:
        parameters = inspect.signature(method).parameters
        body = next(name for name in parameters if name not in HEADERS)
        arguments = {"wire_origin_domain": case["origin"], body: typed(parameters[body].annotation, case["request"])}
        if case["send_version"]:
            arguments["x_wire_api_version"] = case["version"]
        answer = method(**arguments)
        if case["stream"]:
            return {"status": answer.status_code, "bytes": base64.b64encode(answer.data).decode()}
        return {"status": answer.status_code, "value": plain(answer.data)}
    except exceptions.ApiException as error:
        if error.data is None:
            return {"fault": f"the error is not typed: {error}"}
        return {"status": error.status, "value": plain(error.data)}
    except (ValueError, TypeError, AttributeError) as fault:
        return {"fault": f"{type(fault).__name__}: {fault}"}


def snake(name):
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def typed(annotation, value):
    """The value as the model that the method wants, where it wants one."""
    if typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    return annotation.from_dict(value) if hasattr(annotation, "from_dict") else value


def plain(value):
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(member) for member in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


main(*sys.argv[1:])
