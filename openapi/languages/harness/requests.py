"""Requests to the reference backend whose answers are full: they name what its seed holds."""

import uuid

from .places import TARGET_DOMAIN

_SEED = uuid.UUID(int=0x6D1F3A52C0DE4B7E9A415F0EB1AC7D20)


def _derived(kind, name):
    """Ids of seeds follow from names (`backend/src/derived.rs`)."""
    return uuid.uuid5(_SEED, f"{kind}/{TARGET_DOMAIN}/{name}")


def user(name):
    return str(_derived("user", name))


def team(name):
    return str(_derived("team", name))


def client(owner, name):
    return f"{_derived('client', f'{user(owner)}/{name}').int >> 64:x}"


def asset(name, retention):
    return f"3-{retention}-{_derived('asset', name)}"


ALICE = "5a3e5f0c-9c1b-4b6f-8d5e-0f6f7a9e2b11"
NOBODY = "00000000-0000-4000-8000-000000000000"


def full_requests():
    """`(rpc, name of the case, first version, last version, request)`."""
    bob, bianca, boris = user("bob"), user("bianca"), user("boris")
    phone, laptop = client("bob", "phone"), client("bob", "laptop")
    return [
        ("api-version", "asked", 0, 3, []),
        ("get-user-by-handle", "bob", 0, 3, "bob"),
        ("get-user-by-handle", "app", 0, 3, "build.watcher"),
        ("get-user-by-handle", "nobody", 0, 3, "nobody.at.all"),
        ("get-users-by-ids", "all", 0, 3, [bob, bianca, boris, user("Berta Gone"), user("Guest of Bob"), user("Beeper"), NOBODY]),
        ("get-users-by-ids", "none", 0, 3, []),
        ("search-users", "handle", 0, 3, {"term": "bianca"}),
        ("search-users", "text", 0, 3, {"term": "b", "onlyInTeams": None, "types": ["regular", "app"]}),
        ("search-users", "teams", 0, 3, {"term": "b", "onlyInTeams": [team("builders")]}),
        ("get-user-clients", "several", 0, 3, {"users": [bob, boris, NOBODY]}),
        ("claim-prekey", "there", 0, 3, [bob, phone]),
        ("claim-prekey", "missing", 0, 3, [NOBODY, "1"]),
        ("claim-prekey-bundle", "there", 0, 3, bob),
        ("claim-multi-prekey-bundle", "mixed", 0, 3, {bob: [phone, "dead"], boris: [client("boris", "phone")], NOBODY: ["1"]}),
        ("claim-multi-prekey-bundle", "none", 0, 3, {}),
        ("claim-key-packages", "there", 0, 3, {"claimant": ALICE, "target": bob, "cipher_suite": 1}),
        ("claim-key-packages", "nobody", 0, 3, {"claimant": ALICE, "target": NOBODY, "cipher_suite": 1}),
        ("claim-key-packages", "unknown-suite", 0, 3, {"claimant": ALICE, "target": bob, "cipher_suite": 61000}),
        ("get-mls-clients", "there", 1, 3, {"user_id": bob, "cipher_suite": 1}),
        ("get-mls-clients", "there", 0, 0, {"user_id": bob, "signature_scheme": "ed25519"}),
        ("get-mls-client", "there", 3, 3, {"user_id": bob, "client_id": laptop, "cipher_suite": 1}),
        ("get-not-fully-connected-backends", "stranger", 0, 3, {"domains": ["c.example.com", "d.example.com"]}),
        ("get-not-fully-connected-backends", "none", 0, 3, {"domains": []}),
        ("send-connection-action", "connect", 0, 3, {"from": ALICE, "to": bob, "action": "RemoteConnect"}),
        ("send-connection-action", "not-activated", 0, 3, {"from": ALICE, "to": NOBODY, "action": "RemoteConnect"}),
        ("send-connection-action", "not-federating", 0, 3, {"from": ALICE, "from_team": team("x"), "to": user("bert.invited"), "action": "RemoteRescind"}),
        ("on-user-deleted-connections", "several", 0, 3, {"user": ALICE, "connections": [bob, bianca]}),
        ("get-one2one-conversation", "not-connected", 2, 3, {"gooc_sender_user": ALICE, "gooc_receiver_user": bianca}),
        ("get-one2one-conversation", "connected", 2, 3, {"gooc_sender_user": ALICE, "gooc_receiver_user": bob}),
        ("get-conversations", "none", 0, 3, {"user_id": ALICE, "conv_ids": [NOBODY]}),
        ("get-asset", "public", 0, 3, {"user": ALICE, "key": asset("logo", 1), "token": None}),
        ("get-asset", "secret", 0, 3, {"user": ALICE, "key": asset("recipe", 3), "token": "Zm91ciBlZ2dzLCBmbG91cg=="}),
        ("get-asset", "wrong-token", 0, 3, {"user": ALICE, "key": asset("recipe", 3), "token": "AAAA"}),
        ("stream-asset", "secret", 0, 3, {"user": ALICE, "key": asset("recipe", 3), "token": "Zm91ciBlZ2dzLCBmbG91cg=="}),
    ]
