"""Reports: a member tells the moderators of a duel."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from engine.arena.context import Context, derived_id
from engine.arena.documents import known, readable
from engine.codec import reading
from engine.errors import Conflict, UnknownName, UserError
from engine.model import Community, Document
from engine.sentences import say

KIND: Final = "report"
A_DAY: Final = 5
# What a platform would not take is told again after so long, for a day.
AGAIN_MS: Final = 600_000
TOLD_MS: Final = 86_400_000
_DAY_MS: Final = 86_400_000
_MANY: Final = 1_000


@dataclass(frozen=True, slots=True)
class Report:
    """One report. ``by`` is a person's id, ``why`` their own words; ``told``: its moderators' channel has it."""

    community: Community
    key: str
    duel_id: str
    by: str
    why: str
    at_ms: int
    request: str
    told: bool = False
    version: int = 0

    @classmethod
    def of(cls, document: Document) -> Report:
        """:raises CorruptLog: when it is no document that :meth:`document` made."""
        with reading("a report"):
            return cls(document.community, document.key, version=document.version, **known(cls, document.body))

    def document(self, wake_at_ms: int) -> Document:
        """The report as the store keeps it; one that is not told yet wakes, to be told again."""
        body = {name: getattr(self, name) for name in ("duel_id", "by", "why", "at_ms", "request", "told")}
        wakes = None if self.told or wake_at_ms >= self.at_ms + TOLD_MS else wake_at_ms
        return Document(self.community, KIND, self.key, body, self.version, wakes)


class Reports:
    """Takes reports in, and lists them for moderators until they are dismissed."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def report(self, community: Community, duel_id: str, by: str, why: str, request_id: str) -> Report:
        """Tell the moderators. The same request reports once.

        :raises UserError: when this member has reported the duel today, or has no report left today.
        """
        now = self._context.clock.now_ms()
        request = derived_id(community, request_id)
        for slot in range(A_DAY):
            # A member has so many places a day, and a place holds one report: no two requests at once exceed them.
            key = derived_id(community, by, now // _DAY_MS, slot)
            stored = await self._take(Report(community, key, duel_id, by, why, now, request))
            if stored.request == request:
                return stored
            if stored.duel_id == duel_id:
                raise UserError(say("You have reported this duel already. The moderators see your report."))
        raise UserError(say("You have made {most} reports today. Try again tomorrow.", most=A_DAY))

    async def _take(self, report: Report) -> Report:
        """The report that holds the place: this one, or the one that was there."""
        while True:
            if found := await self._context.store.document(report.community, KIND, report.key):
                return Report.of(found)
            try:
                document = await self._context.store.put_document(report.document(report.at_ms + AGAIN_MS))
            except Conflict:
                continue
            self._context.announcer.noted(document)
            return Report.of(document)

    async def listed(self, community: Community) -> list[Report]:
        """The reports that no moderator has dismissed, newest first."""
        documents = await self._context.store.documents(community, KIND, _MANY)
        return sorted(readable(documents, Report.of), key=lambda report: -report.at_ms)

    async def dismiss(self, community: Community, text: str) -> Report:
        """Strike a report, by its id or the start of it. :raises UnknownName: when there is none, or several."""
        found = [report for report in await self.listed(community) if text and report.key.startswith(text)]
        if len(found) != 1:
            raise UnknownName(say("report"), text, [], say("See /duel reports."))
        await self._context.store.delete_document(found[0].document(0))
        return found[0]

    async def told(self, report: Report) -> None:
        """Remember that the moderators' channel has a report, or that there is none to tell it in."""
        while document := await self._context.store.document(report.community, KIND, report.key):
            with suppress(Conflict):
                await self._context.store.put_document(replace(Report.of(document), told=True).document(0))
                return

    async def sweep(self, limit: int = 100) -> int:
        """Have reports told again that a platform would not take; how many."""
        now = self._context.clock.now_ms()
        due = await self._context.store.due_documents(KIND, now, limit)
        for document, report in zip(due, (readable([one], Report.of) for one in due), strict=True):
            with suppress(Conflict):
                again = report[0].document(now + AGAIN_MS) if report else replace(document, wake_at_ms=None)
                self._context.announcer.noted(await self._context.store.put_document(again))
        return len(due)
