"""The store of the serverless arena: one DynamoDB table, on demand, without a scan but for moving it away.

Every race is decided by a condition of one write or one transaction. Where things stand in the table is in
:mod:`engine.stores._dynamo_keys`. Lists by index may lag a moment behind the writes
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html); the heads that they
lead to do not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Self

from engine.errors import Conflict
from engine.model import Community, Document, Entry, Head, Lease, Person, Player, Seal, Seat, Shown, Status
from engine.ports import UNMETERED, Clock, Meter, PairCount, Stored
from engine.stores import _dynamo_archive as archive
from engine.stores import _dynamo_documents as documents
from engine.stores import _dynamo_heads as heads
from engine.stores import _dynamo_keys as keys
from engine.stores import _dynamo_lists as lists
from engine.stores import _dynamo_logs as logs
from engine.stores import _dynamo_persons as persons
from engine.stores._dynamo_client import NEW, Client, ConditionFailed
from engine.stores._dynamo_keys import Item, text

_OPEN_STATUSES: Final = frozenset({Status.LIVE, Status.WAITING, Status.ADJOURNED})

log = logging.getLogger(__name__)


class DynamoStore:
    """Fulfils :class:`engine.ports.Store` and :class:`engine.ports.Archive`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @classmethod
    def open(
        cls,
        table: str,
        clock: Clock,
        endpoint_url: str | None = None,
        region: str | None = None,
        meter: Meter = UNMETERED,
    ) -> Self:
        """The store in that table, which must exist; connects to nobody yet. Credentials are AWS's usual ones."""
        return cls(Client.open(table, clock, endpoint_url, region, meter))

    async def create(self, head: Head, entry: Entry) -> bool:
        """See :meth:`engine.ports.Store.create`."""
        duel_id, community = head.duel_id, head.terms.community
        players = sorted(set(head.terms.players.values()), key=str)
        writes: list[Item] = [
            {"Put": {"Item": heads.item(head, heads.fresh_token()), **NEW.arguments()}},
            {"Put": {"Item": logs.item(duel_id, entry), **NEW.arguments()}},
            {"Put": {"Item": keys.named(community, duel_id)}},
            *({"Put": {"Item": keys.played(player, head.created_ms, duel_id)}} for player in players),
        ]
        if head.shown != _NOWHERE:
            writes.append({"Put": {"Item": heads.shown_item(duel_id, community, head.created_ms, head.shown)}})
        try:
            await self._client.write_all(writes)
        except ConditionFailed:
            return False
        return True

    async def append(self, duel_id: str, entry: Entry) -> None:
        """See :meth:`engine.ports.Store.append`."""
        await logs.append(self._client, duel_id, entry)

    async def append_all(self, duel_id: str, entries: Sequence[Entry]) -> None:
        """See :meth:`engine.ports.Store.append_all`. At most 100."""
        await logs.append_all(self._client, duel_id, entries)

    async def entries(self, duel_id: str, after: int = -1, *, newest: bool = False) -> list[Entry]:  # noqa: ARG002
        """See :meth:`engine.ports.Store.entries`."""
        return await logs.entries(self._client, duel_id, after)

    async def head(self, duel_id: str) -> Head | None:
        """See :meth:`engine.ports.Store.head`."""
        rows = {row["sk"]["S"]: row for row in await self._client.query(f"D#{duel_id}", keys.HEAD)}
        return heads.read(rows[keys.HEAD], rows.get(keys.SHOWN)) if keys.HEAD in rows else None

    async def update(self, head: Head) -> Head:
        """See :meth:`engine.ports.Store.update`."""
        token = heads.fresh_token()
        if await self._change(head.duel_id, heads.updated(head, token).arguments(), token) is None:
            raise Conflict(f"Version {head.version} of duel {head.duel_id} is not the stored one.")
        return replace(head, version=head.version + 1)

    async def show(self, duel_id: str, shown: Shown) -> None:
        """See :meth:`engine.ports.Store.show`."""
        if head := await self._whose(duel_id):
            written = heads.shown_item(duel_id, head.terms.community, head.created_ms, shown)
            await self._client.call("put_item", Item=written)

    async def _whose(self, duel_id: str) -> Head | None:
        """The head, for what never changes in it."""
        found = await self._client.get(keys.head(duel_id))
        return heads.read(found, None) if found else None

    async def unshown(self, platform: str) -> list[str]:
        """See :meth:`engine.ports.Store.unshown`."""
        return [keys.duel_of(row) for row in await lists.in_index(self._client, keys.OPEN, f"U#{platform}")]

    async def claim(self, duel_id: str, lease: Lease, now_ms: int) -> Head | None:
        """See :meth:`engine.ports.Store.claim`."""
        changed, shown = await asyncio.gather(
            self._leased(duel_id, lease, now_ms), self._client.get(keys.shown(duel_id))
        )
        return heads.read(changed, shown) if changed else None

    async def _leased(self, duel_id: str, lease: Lease, now_ms: int) -> Item | None:
        token = heads.fresh_token()
        return await self._change(duel_id, heads.claimed(lease, duel_id, now_ms, token), token)

    async def release(self, workers: Sequence[str]) -> int:
        """See :meth:`engine.ports.Store.release`."""
        if not workers:
            return 0
        held = [head for head in await lists.all_open(self._client) if head.lease and head.lease.worker in workers]
        return sum(await asyncio.gather(*map(self._release, held)))

    async def _release(self, head: Head) -> bool:
        token = heads.fresh_token()
        worker = head.lease.worker if head.lease else ""
        return await self._change(head.duel_id, heads.released(head, worker, token), token) is not None

    async def finish(self, head: Head, counts: Sequence[PairCount] = ()) -> bool:
        """See :meth:`engine.ports.Store.finish`. The duel's seals are dropped, at the latest when it is repeated."""
        outcome = head.outcome
        if outcome is None:
            raise ValueError(f"duel {head.duel_id} cannot be over without an outcome")
        token = heads.fresh_token()
        writes: list[Item] = [
            {"Update": {"Key": keys.head(head.duel_id), **heads.finished(head, outcome, token)}},
            *({"Update": heads.counted(row)} for row in counts),
        ]
        try:
            await self._client.write_all(writes)
            first = True
        except ConditionFailed as failed:
            first = (failed.items[0] or {}).get(heads.WRITE) == text(token)
        if self._may_be_sealed(head.duel_id):
            await logs.drop_seals(self._client, head.duel_id)
        return first

    async def rule(self, head: Head, entries: Sequence[Entry], counts: Sequence[PairCount]) -> Head:
        """See :meth:`engine.ports.Store.rule`."""
        token = heads.fresh_token()
        writes: list[Item] = [
            {"Update": {"Key": keys.head(head.duel_id), **heads.ruled(head, token)}},
            *({"Put": {"Item": logs.item(head.duel_id, entry), **NEW.arguments()}} for entry in entries),
            *({"Update": heads.counted(row)} for row in counts),
        ]
        try:
            await self._client.write_all(writes)
        except ConditionFailed as failed:
            if (failed.items[0] or {}).get(heads.WRITE) != text(token):
                raise Conflict(f"Version {head.version} of duel {head.duel_id} is not the stored one.") from None
        return replace(head, version=head.version + 1)

    def _may_be_sealed(self, duel_id: str) -> bool:  # noqa: ARG002 - for who knows more
        """Whether a duel can have sealed choices."""
        return True

    async def put_seal(self, duel_id: str, seal: Seal) -> Seal:
        """See :meth:`engine.ports.Store.put_seal`."""
        return await logs.put_seal(self._client, duel_id, seal)

    async def seals(self, duel_id: str, entry: int) -> dict[Seat, Seal]:
        """See :meth:`engine.ports.Store.seals`."""
        return await logs.seals(self._client, duel_id, entry)

    async def due(self, now_ms: int, limit: int = 100) -> list[str]:
        """See :meth:`engine.ports.Store.due`."""
        return [keys.duel_of(row) for row in await lists.woken(self._client, keys.DUEL, now_ms, limit)]

    async def unfinished(self) -> list[str]:
        """See :meth:`engine.ports.Store.unfinished`."""
        live = [head for head in await lists.all_open(self._client) if head.status is not Status.ADJOURNED]
        return [head.duel_id for head in sorted(live, key=lambda head: head.created_ms)]

    async def duels(
        self, community: Community, status: Status | None = None, before_ms: int | None = None, limit: int = 25
    ) -> list[Head]:
        """See :meth:`engine.ports.Store.duels`."""
        index, pk, begins = keys.NEWEST, f"N#{community}", ""
        if status in _OPEN_STATUSES:
            index, pk, begins = keys.OPEN, keys.open_pk(community), keys.open_sk(community)
        after = begins + ("" if before_ms is None else keys.newest_first(before_ms - 1))
        found: list[Head] = []
        while len(found) < limit:
            rows = await lists.in_index(self._client, index, pk, after, begins, limit)
            page = await lists.heads_of(self._client, [keys.duel_of(row) for row in rows])
            found += [head for head in page if status is None or head.status is status]
            if len(rows) < limit:
                break
            after = rows[-1][keys.names(index)[1]]["S"] + "\0"
        return found[:limit]

    async def duels_starting(self, community: Community, prefix: str, limit: int) -> list[Head]:
        """See :meth:`engine.ports.Store.duels_starting`."""
        rows = await self._client.query(f"C#{community}", f"D#{prefix}", limit)
        return await lists.heads_of(self._client, [row["sk"]["S"][2:] for row in rows])

    async def seated(self, community: Community, player: Player) -> list[Head]:
        """See :meth:`engine.ports.Store.seated`."""
        begins = keys.open_sk(community)
        rows = await lists.in_index(self._client, keys.OPEN, keys.open_pk(community), begins, begins)
        found = await lists.heads_of(self._client, [keys.duel_of(row) for row in rows])
        return [head for head in found if player in head.terms.players.values() and head.status in _OPEN_STATUSES]

    async def history(self, player: Player, before_ms: int | None = None, limit: int = 25) -> list[Head]:
        """See :meth:`engine.ports.Store.history`."""
        after = "" if before_ms is None else keys.newest_first(before_ms - 1)
        rows = self._client.pages(
            limit,
            KeyConditionExpression="pk = :pk AND sk >= :after",
            ExpressionAttributeValues={":pk": text(f"P#{player}"), ":after": text(after or "0")},
            ConsistentRead=True,
        )
        return await lists.heads_of(self._client, [row["sk"]["S"].partition("#")[2] async for row in rows])

    async def document(
        self,
        community: Community,
        kind: str,
        key: str,
        *,
        newest: bool = False,  # noqa: ARG002 - it is
    ) -> Document | None:
        """See :meth:`engine.ports.Store.document`."""
        item = await self._client.get(keys.document(community, kind, key))
        return documents.read(item) if item else None

    async def put_document(self, document: Document) -> Document:
        """See :meth:`engine.ports.Store.put_document`."""
        await documents.put(self._client, document)
        return replace(document, version=document.version + 1)

    async def delete_document(self, document: Document) -> None:
        """See :meth:`engine.ports.Store.delete_document`."""
        await documents.delete(self._client, document)

    async def documents(
        self, community: Community, kind: str, limit: int = 100, *, whole: bool = False
    ) -> list[Document]:
        """See :meth:`engine.ports.Store.documents`."""
        items = await self._client.query(f"C#{community}", keys.documents_sk(kind), limit)
        return list(map(documents.read, items)) if whole else documents.read_all(items)

    async def last_documents(
        self, community: Community, kind: str, limit: int = 100, before: str | None = None
    ) -> list[Document]:
        """See :meth:`engine.ports.Store.last_documents`."""
        start = None if before is None else keys.document(community, kind, before)
        rows = self._client.query(f"C#{community}", keys.documents_sk(kind), limit, backwards=True, after=start)
        return documents.read_all(await rows)

    async def due_documents(self, kind: str, now_ms: int, limit: int = 100) -> list[Document]:
        """See :meth:`engine.ports.Store.due_documents`."""
        rows = await lists.woken(self._client, kind, now_ms, limit)
        order = {(row["pk"]["S"], row["sk"]["S"]): number for number, row in enumerate(rows)}
        found = await self._client.get_all([keys.key(*one) for one in order])
        return documents.read_all(sorted(found, key=lambda item: order[item["pk"]["S"], item["sk"]["S"]]))

    async def pair_counts(self, ladder: str) -> list[PairCount]:
        """See :meth:`engine.ports.Store.pair_counts`."""
        return [heads.pair_count(ladder, row) for row in await self._client.query(f"L#{ladder}")]

    async def person(self, platform: str, platform_id: str, name: str, new_id: str, *, unique: bool = False) -> Person:
        """See :meth:`engine.ports.Store.person`."""
        return await persons.write(self._client, Person(new_id, platform, platform_id, name), unique)

    async def people(self, ids: Sequence[str]) -> Mapping[str, Person]:
        """See :meth:`engine.ports.Store.people`."""
        return await persons.by_ids(self._client, ids)

    async def person_of(self, platform: str, platform_id: str) -> Person | None:
        """See :meth:`engine.ports.Store.person_of`."""
        return await persons.by_account(self._client, platform, platform_id)

    async def person_named(self, platform: str, name: str) -> Person | None:
        """See :meth:`engine.ports.Store.person_named`."""
        return await persons.by_name(self._client, platform, name)

    async def forget(self, person_id: str) -> bool:
        """See :meth:`engine.ports.Store.forget`. Copies in point-in-time backups live on for their 35 days at most."""
        return await persons.forget(self._client, person_id)

    def records(self, after: str = "") -> AsyncIterator[Stored]:
        """See :meth:`engine.ports.Archive.records`. Reads the whole table twice."""
        return archive.records(self._client, after)

    async def restore(self, records: Sequence[Stored]) -> int:
        """See :meth:`engine.ports.Archive.restore`."""
        return await archive.restore(self._client, records)

    async def current(self, records: Sequence[Stored]) -> list[Stored | None]:
        """See :meth:`engine.ports.Archive.current`."""
        return await archive.current(self._client, records)

    async def close(self) -> None:
        """See :meth:`engine.ports.Store.close`."""
        await self._client.close()

    async def _change(self, duel_id: str, arguments: Mapping[str, Any], token: str) -> Item | None:
        """The head after one conditional update; ``None`` when its condition did not hold."""
        try:
            answer = await self._client.call(
                "update_item",
                Key=keys.head(duel_id),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **arguments,
            )
        except ConditionFailed as failed:
            return failed.item if failed.item.get(heads.WRITE) == text(token) else None
        return dict(answer["Attributes"])


_NOWHERE: Final = Shown()
