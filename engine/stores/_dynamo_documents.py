"""Documents as items: small ones as text, large ones compressed."""

from __future__ import annotations

import logging
import zlib
from dataclasses import replace
from typing import Any, Final

from engine.codec import community_from_text, document_from_json, document_to_json, dumps, loads, reading
from engine.errors import Conflict, CorruptLog, StoreError
from engine.model import Document
from engine.sentences import say
from engine.stores import _dynamo_keys as keys
from engine.stores._dynamo_client import NEW, Client, Condition, ConditionFailed
from engine.stores._dynamo_heads import WRITE, fresh_token
from engine.stores._dynamo_keys import Item, number, text

TEXT_BYTES: Final = 4096
"""What is longer is compressed: a read unit is 4 KB, a write unit 1 KB."""
BODY_BYTES: Final = 380_000
"""An item holds 400 KB, its keys included."""

log = logging.getLogger(__name__)


def read(item: Item) -> Document:
    """A document from its item. :raises CorruptLog: when it holds nonsense."""
    with reading("a document"):
        community = community_from_text(item["pk"]["S"][2:])
        kind, key = item["kind"]["S"], item["sk"]["S"].removeprefix(keys.documents_sk(item["kind"]["S"]))
        wake = item.get(keys.names(keys.WAKE)[1])
        body = document_from_json(loads(written(item)))
        return Document(community, kind, key, body, int(item["version"]["N"]), int(wake["N"]) if wake else None)


def read_all(items: list[Item]) -> list[Document]:
    """Documents from items; one that cannot be read is left out and logged, so that it hides no other."""
    found = []
    for item in items:
        try:
            found.append(read(item))
        except CorruptLog:
            log.exception("the document %s %s cannot be read", item["pk"]["S"], item["sk"]["S"])
    return found


async def put(client: Client, document: Document) -> None:
    """Write the next version. :raises Conflict: when the stored one is another than the document's."""
    token = fresh_token()
    try:
        await client.put(_item(document, token), _guard(document))
    except ConditionFailed as failed:
        if failed.item.get(WRITE) != text(token):  # else it was written, and the answer was lost
            raise _conflict(document) from None


async def delete(client: Client, document: Document) -> None:
    """Delete that version; nothing when it is gone. :raises Conflict: when there is another one."""
    key = keys.document(document.community, document.kind, document.key)
    wanted = Condition("attribute_not_exists(pk) OR version = :old", {}, {":old": number(document.version)})
    try:
        await client.call("delete_item", Key=key, **wanted.arguments())
    except ConditionFailed:
        raise _conflict(document) from None


def _guard(document: Document) -> Condition:
    return Condition("version = :old", {}, {":old": number(document.version)}) if document.version else NEW


def _item(document: Document, token: str) -> Item:
    return item(replace(document, version=document.version + 1), dumps(document_to_json(document.body)), token)


def item(document: Document, body: str, token: str) -> Item:
    """A document as it is to stand there, version included; ``body`` is its JSON."""
    name = f"{document.community}|{document.key}"
    wake = keys.in_wake(document.kind, name, document.wake_at_ms) if document.wake_at_ms is not None else {}
    return {
        **keys.document(document.community, document.kind, document.key),
        "kind": text(document.kind),
        "body": _body(document, body),
        "version": number(document.version),
        WRITE: text(token),
        **wake,
    }


def _body(document: Document, body: str) -> Item:
    whole = body.encode()
    if len(whole) <= TEXT_BYTES:
        return text(body)
    packed = zlib.compress(whole)
    if len(packed) > BODY_BYTES:
        raise StoreError(
            say("{what} is too large to be kept: DynamoDB takes 400 KB.", what=f"{document.kind} {document.key}")
        )
    return {"B": packed}


def written(item: Item) -> str:
    """The JSON of an item's body. :raises ValueError: when it cannot be unpacked."""
    body = item["body"]
    if "S" in body:
        return str(body["S"])
    packed: Any = body["B"]
    try:
        return zlib.decompress(packed).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise ValueError(f"the body cannot be unpacked: {error}") from error


def _conflict(document: Document) -> Conflict:
    return Conflict(f"Version {document.version} of {document.kind} {document.key} is not the stored one.")
