"""What every client does: the same cases, each an RPC with its request.

Two kinds. *Live* cases go to a running reference backend. *Replayed* cases are answered with what this
repository knows of the wire (the vectors of the answer's type, the examples of the document, each error
that it gives an operation), because no backend shows all variants of an answer at once.
"""

import json

from .documents import error_answers, operations
from .places import NEWEST, ORIGIN, VECTORS
from .requests import full_requests

# Where the schema of an answer does not carry the name of its vectors.
ANSWER_VECTORS = {
    "claim-key-packages": ["KeyPackageBundle"],
    "claim-multi-prekey-bundle": ["UserClientPrekeyMap"],
    "claim-prekey": ["ClientPrekey", "ClientPrekeyOrNull"],
    "get-mls-clients": ["ClientInfoSet"],
    "get-user-by-handle": ["UserProfile", "UserProfileOrNull"],
    "get-user-clients": ["UserMapOfPubClients"],
    "get-users-by-ids": [],
    "leave-conversation": ["LeaveConversationResponse"],
    "mls-welcome": ["MlsWelcomeResponse"],
    "send-message": ["MessageSendResponse"],
}

# What a caller sends whose domain is none: every schema lets it through, and every backend refuses it.
NO_DOMAIN = "nodots"


def live_cases():
    cases = []
    for operation in operations():
        cases.append(_case(operation, "example", operation.request_example))
        for rpc, name, first, last, request in full_requests():
            if rpc == operation.rpc and first <= operation.version <= last:
                cases.append(_case(operation, name, request))
        if operation.version == NEWEST:
            cases.append(_case(operation, "no-domain", operation.request_example, origin=NO_DOMAIN))
    return cases


def replayed_cases():
    cases = []
    tried = set()
    for operation in _each_answer_once():
        if not operation.is_stream:
            for name, answer in _answers(operation):
                cases.append(_case(operation, f"answer-{name}", operation.request_example, answer=_answer(200, answer)))
        if operation.version == NEWEST:
            for status, number, error in error_answers(operation):
                # Each status once a component, and for every RPC the one that a federator says most.
                if (operation.component, status) in tried and status != 533:
                    continue
                tried.add((operation.component, status))
                cases.append(_case(operation, f"error-{status}-{number}", operation.request_example, answer=_answer(status, error)))
    return cases


def _case(operation, name, request, origin=ORIGIN, answer=None):
    return {
        "id": f"v{operation.version}.{operation.component}.{operation.rpc}.{name}",
        "version": operation.version,
        "component": operation.component,
        "rpc": operation.rpc,
        "operation": operation.id,
        "path": f"/federation/{operation.rpc}",
        "send_version": operation.takes_version,
        "origin": origin,
        "request": request,
        "stream": operation.is_stream,
        "request_schema": operation.request_schema,
        "answer_schemas": operation.answer_schemas,
        "answer": answer,
    }


def _answer(status, value):
    return {"status": status, "body": json.dumps(value, ensure_ascii=False)}


def _each_answer_once():
    """The newest operation of each RPC, and older ones whose answer is of another type."""
    seen = set()
    for operation in reversed(operations()):
        schema = "bytes" if operation.is_stream else json.dumps(operation.answer_schemas["200"], sort_keys=True)
        if (operation.component, operation.rpc, schema) not in seen:
            seen.add((operation.component, operation.rpc, schema))
            yield operation


def _answers(operation):
    yield "example", operation.answer_example
    schema = operation.answer_schemas["200"]
    named = schema.get("$ref", "").rpartition("/")[2]
    folders = [named] if (VECTORS / named).is_dir() and named else ANSWER_VECTORS[operation.rpc]
    for folder in folders:
        for file in sorted((VECTORS / folder).glob("*.json")):
            name = f"{folder}-{file.stem}" if len(folders) > 1 else file.stem
            yield name, json.loads(file.read_text(encoding="utf-8"))
