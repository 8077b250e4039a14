"""The operations of the published documents."""

import json
from dataclasses import dataclass
from functools import cache

from .places import COMPONENTS, OPENAPI, VERSIONS


@dataclass(frozen=True)
class Operation:
    """One RPC in one version."""

    version: int
    component: str
    rpc: str
    item: dict

    def __hash__(self):
        return hash((self.version, self.component, self.rpc))

    @property
    def id(self):
        return self.item["operationId"]

    @property
    def request_example(self):
        return self.item["requestBody"]["content"]["application/json"]["example"]

    @property
    def is_stream(self):
        return "application/octet-stream" in self.item["responses"]["200"]["content"]

    @property
    def request_schema(self):
        return self.item["requestBody"]["content"]["application/json"]["schema"]

    @property
    def answer_schemas(self):
        """The schema of each status that answers JSON."""
        whole = document(self.version, self.component)
        schemas = {}
        for status, answer in self.item["responses"].items():
            content = resolved(whole, answer)["content"]
            if "application/json" in content:
                schemas[status] = content["application/json"]["schema"]
        return schemas

    @property
    def answer_example(self):
        return self.item["responses"]["200"]["content"]["application/json"]["example"]

    @property
    def takes_version(self):
        """Whether the document has a place for the version of the call."""
        places = [parameter.get("$ref", "").rpartition("/")[2] for parameter in self.item["parameters"]]
        return any(place.endswith("ApiVersion") for place in places)


def path_of(version, component):
    return OPENAPI / f"v{version}" / f"{component}.json"


@cache
def document(version, component):
    return json.loads(path_of(version, component).read_text(encoding="utf-8"))


def resolved(document, node):
    """A node, or what its reference leads to."""
    while "$ref" in node:
        place = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        node = place
    return node


def operations(versions=VERSIONS):
    found = []
    for version in versions:
        for component in COMPONENTS:
            for path, item in document(version, component)["paths"].items():
                found.append(Operation(version, component, path.removeprefix("/federation/"), item["post"]))
    return found


def error_answers(operation):
    """Status and example of each error that the document gives an operation."""
    whole = document(operation.version, operation.component)
    answers = []
    for status, answer in operation.item["responses"].items():
        if status == "200":
            continue
        content = resolved(whole, answer)["content"]["application/json"]
        examples = [example["value"] for example in content.get("examples", {}).values()]
        if "example" in content:
            examples.insert(0, content["example"])
        for number, example in enumerate(examples):
            answers.append((int(status), number, example))
    return answers
