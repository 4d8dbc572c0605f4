"""From an invocation to an answer in the asker's language, for every chat platform. Nothing escapes as an exception."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.catalogue import language_of, said
from bot.commands import Button, Invocation, Reply
from bot.commands import run as run_command
from engine.arena import Arena
from engine.errors import ArenaError, StoreFull, UserError
from engine.sentences import say

log = logging.getLogger(__name__)


async def answer(invocation: Invocation, arena: Arena) -> Reply:
    """Run the command; whatever goes wrong is a private sentence, and what is not the asker's doing is logged."""
    language = language_of(invocation.locale)
    try:
        role = await arena.communities.role(invocation.community, invocation.member.id, invocation.role)
        reply = await run_command(replace(invocation, role=role), arena)
    except UserError as error:
        reply = Reply(error.text)
    except StoreFull:
        log.exception("request %s: the store is full", invocation.request_id)
        reply = Reply(say("The arena's disk is full, so nothing was changed. Its host must make room first."))
    except ArenaError:
        log.exception("request %s failed", invocation.request_id)
        reply = Reply(_failed(invocation))
    except Exception:
        log.exception("request %s: /%s %s failed", invocation.request_id, invocation.command, invocation.verb)
        reply = Reply(_failed(invocation))
    return in_language(reply, language)


def _failed(invocation: Invocation) -> str:
    code = invocation.request_id[-8:]
    return say(
        "Something failed on our side, and nothing was lost. Try again; if it stays, tell the host {code}.", code=code
    )


def in_language(reply: Reply, language: str) -> Reply:
    """The reply with every sentence said in that language."""
    return replace(
        reply,
        text=said(reply.text, language),
        lines=[[said(cell, language) for cell in line] for line in reply.lines],
        buttons=buttons_in(reply.buttons, language),
    )


def buttons_in(rows: Sequence[Sequence[Button]], language: str) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons with their labels in that language."""
    return tuple(tuple(replace(button, label=said(button.label, language)) for button in row) for row in rows)
