"""Counts the calls that this process makes to AWS, where boto3 makes them: nothing of the arena knows of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

import boto3

from infra.cost import units
from infra.cost.counted import Counted

_WRITES: Final = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})
_READS: Final = frozenset({"GetItem", "Query", "BatchGetItem"})
_ASKED: Final = "arena_asked"
_SQS_UNIT: Final = 64 * 1024
_BETWEEN: Final = "\x1f"


class Recorder:
    """Adds to ``counted`` whatever the clients of boto3's default session ask from now on."""

    def __init__(self) -> None:
        self.counted = Counted()
        self._lock = threading.Lock()

    def watch(self) -> None:
        """Begin; each client that is made after this is watched."""
        boto3.setup_default_session()
        session: Any = boto3.DEFAULT_SESSION
        session.events.register("before-parameter-build.dynamodb", self._asking)
        session.events.register("after-call.dynamodb", self._answered)
        session.events.register("after-call.sqs", self._queue_answered)
        session.events.register("before-parameter-build.sqs", self._remember)

    def _asking(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        if model.name in _WRITES:
            params["ReturnConsumedCapacity"] = "TOTAL"
        context[_ASKED] = params

    def _remember(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context[_ASKED] = params

    def _answered(self, parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        asked, name = context[_ASKED], model.name
        if name not in _WRITES | _READS:
            return
        with self._lock:
            self.counted.calls[name] += 1
            if name in _READS:
                self._read(name, asked, parsed)
            elif "Error" in parsed:
                self._in_vain(name, asked)
            else:
                self._written(name, asked, parsed)

    def _read(self, name: str, asked: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
        self.counted.read[asked_for(name, asked)] += 1
        if "Error" not in parsed:
            self.counted.read_units += units.read_units(name, asked, parsed)

    def _in_vain(self, name: str, asked: Mapping[str, Any]) -> None:
        """A write whose condition failed is billed as one that did not."""
        items = [one for action in asked.get("TransactItems", [{"": asked}]) for one in action.values()]
        times = 2 if name == "TransactWriteItems" else 1
        wasted = times * sum(units.write_units(one.get("Item", {})) for one in items)
        self.counted.write_units += wasted
        self.counted.written[f"{written(name, asked)}, in vain"] += wasted

    def _written(self, name: str, asked: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
        consumed = parsed.get("ConsumedCapacity") or {}
        used = sum(one["CapacityUnits"] for one in (consumed if isinstance(consumed, list) else [consumed]))
        self.counted.write_units += used
        self.counted.written[written(name, asked)] += used
        puts = [asked] if name == "PutItem" else [one["Put"] for one in asked.get("TransactItems", ()) if "Put" in one]
        self.counted.stored_bytes += sum(units.size(one["Item"]) for one in puts)
        if name == "PutItem" and asked["Item"]["sk"]["S"].startswith("E#"):
            self.counted.entries += 1
            self.counted.entry_units += used

    def _queue_answered(self, parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        if model.name == "ReceiveMessage" and not parsed.get("Messages"):
            return  # an idle queue's: a month's bill has them all
        sent = [one.get("MessageBody", "") for one in context[_ASKED].get("Entries", [context[_ASKED]])]
        with self._lock:
            self.counted.sqs_requests += max(1, -(-sum(map(len, sent)) // _SQS_UNIT))


def written(name: str, asked: Mapping[str, Any]) -> str:
    """What a call writes, by the beginnings of its keys."""
    if name == "BatchWriteItem":
        return "deleted"
    if name != "TransactWriteItems":
        return _named(name, asked)
    return " + ".join(_named(action, one) for item in asked["TransactItems"] for action, one in item.items())


def asked_for(name: str, asked: Mapping[str, Any]) -> str:
    """What a call reads."""
    if name == "BatchGetItem":
        return _named(name, {"Key": next(iter(asked["RequestItems"].values()))["Keys"][0]})
    if name == "Query":
        values = asked["ExpressionAttributeValues"]
        start = next((values[one]["S"] for one in (":sk", ":first", ":after") if one in values), "")
        return f"Query {asked.get('IndexName', '')} {values[':pk']['S'][:2]}{start.partition(_BETWEEN)[0][:6]}"
    return _named(name, asked)


def _named(name: str, arguments: Mapping[str, Any]) -> str:
    """``Put D#E``: the partition's letter and, of the sort key, what it says beside ids."""
    key = arguments.get("Item") or arguments["Key"]
    pk, sk = key["pk"]["S"], key["sk"]["S"]
    kind = sk.partition(_BETWEEN)[0] if sk.startswith("K#") else sk.partition("#")[0]
    shown = "HEAD#shown" if sk == "HEAD#shown" else ("" if kind.isdigit() or pk[:2] in _OF_NAMES else kind)
    return f"{name.removesuffix('Item')} {pk[:2]}{shown}"


_OF_NAMES: Final = ("F#", "L#")
"""Partitions whose sort keys are names and ids."""
