"""What the code says: ``infra/functions.py``, the definitions of the queues, and the table of the store."""

from __future__ import annotations

from described import Described

from engine.queues.definitions import definitions
from engine.stores._dynamo_keys import table
from infra.functions import ALIAS, AT_ONCE, BATCH, FUNCTIONS, ROUTES, RUNTIME, SCHEDULE, SWEEPER, WORKERS

NAME = "arena"


def described() -> Described:
    """It leaves open what variables hold, what functions may do, and whatever an environment may choose."""
    return {
        "functions": {
            one.name: {
                "handler": one.handler,
                "runtime": RUNTIME,
                "memory_mb": one.memory_mb,
                "seconds": one.seconds,
                "package": one.package,
                "variables": frozenset(one.variables),
            }
            for one in FUNCTIONS
        },
        "aliases": frozenset(f"{one.name}:{ALIAS}" for one in FUNCTIONS),
        "recursion": frozenset(one.name for one in WORKERS),
        "sources": {
            f"{one.name}:{ALIAS}": {"queue": one.name, "batch": BATCH, "partial": True, "at_once": AT_ONCE}
            for one in WORKERS
        },
        "routes": {route: f"{function.name}:{ALIAS}" for function, routes in ROUTES.items() for route in routes},
        "schedule": {f"{SWEEPER.name}:{ALIAS}": SCHEDULE},
        "queues": {
            one.name.removeprefix(f"{NAME}-"): {
                "visibility_seconds": one.visibility_seconds,
                "retention_seconds": one.retention_seconds,
                "encrypted": one.attributes["SqsManagedSseEnabled"] == "true",
                "dead_letters": one.redrive.dead_letters.removeprefix(f"{NAME}-") if one.redrive else None,
                "receives": one.redrive.max_receives if one.redrive else None,
            }
            for one in definitions(NAME)
        },
        "table": table_of(table(NAME)),
    }


def table_of(properties: Described) -> Described:
    """Keys, indexes and capacity as ``CreateTable`` and CloudFormation write them."""
    return {
        "billing": properties["BillingMode"],
        "keys": _keys(properties["KeySchema"]),
        "attributes": {one["AttributeName"]: one["AttributeType"] for one in properties["AttributeDefinitions"]},
        "indexes": {
            one["IndexName"]: {"keys": _keys(one["KeySchema"]), "projection": one["Projection"]["ProjectionType"]}
            for one in properties["GlobalSecondaryIndexes"]
        },
    }


def _keys(schema: list[dict[str, str]]) -> dict[str, str]:
    return {one["KeyType"]: one["AttributeName"] for one in schema}
