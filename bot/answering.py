"""From an invocation to an answer in the asker's language, for every chat platform. Nothing escapes as an exception."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.catalogue import language_of, said
from bot.commands import Button, Invocation, Reply
from bot.commands import run as run_command
from bot.picturing import painted
from engine.arena import Arena
from engine.arena.communities import masked
from engine.community_settings import CommunitySettings
from engine.errors import ArenaError, NewerVersion, StoreFull, UserError
from engine.model import Role
from engine.sentences import say

Hide = Callable[[str], str]

log = logging.getLogger(__name__)


async def answer(invocation: Invocation, arena: Arena) -> Reply:
    """Run the command; whatever goes wrong is a private sentence, and what is not the asker's doing is logged."""
    language = language_of(invocation.locale)
    hides: Hide = str
    try:
        reply = await run_command(invocation, arena)
        settings = await arena.communities.settings(invocation.community)
        hides = await _hides(reply, settings, invocation, arena)
        reply = await painted(reply, lambda text: hides(said(text, language))) if settings.pictures else reply
    except UserError as error:
        reply = Reply(error.text)
    except StoreFull:
        log.exception("request %s: the store is full", invocation.request_id)
        reply = Reply(say("The arena's disk is full, so nothing was changed. Its host must make room first."))
    except NewerVersion as error:
        log.warning("request %s is refused: %s", invocation.request_id, error)
        reply = Reply(say("The arena is being renewed just now, and nothing was changed. Try again in a minute."))
    except ArenaError:
        log.exception("request %s failed", invocation.request_id)
        reply = Reply(_failed(invocation))
    except Exception:
        log.exception("request %s: /%s %s failed", invocation.request_id, invocation.command, invocation.verb)
        reply = Reply(_failed(invocation))
    return masked_by(hides, in_language(reply, language))


async def _hides(reply: Reply, settings: CommunitySettings, asked: Invocation, arena: Arena) -> Hide:
    """What hides the community's blocked words. Moderators see them, where nobody else reads along."""
    if not settings.blocked_words:
        return str
    role = await arena.communities.role(asked.community, asked.member.id, asked.role)
    if reply.private and role.covers(Role.MODERATOR):
        return str
    return lambda text: masked(text, settings)


def _failed(invocation: Invocation) -> str:
    code = invocation.request_id[-8:]
    return say(
        "Something failed on our side, and nothing was lost. Try again; if it stays, tell the host {code}.", code=code
    )


def masked_by(hides: Hide, reply: Reply) -> Reply:
    """The reply with what must not be said hidden, in its file too: files are passed on."""
    lines = [[hides(cell) for cell in line] for line in reply.lines]
    file = (reply.file[0], hides(reply.file[1])) if reply.file else None
    return replace(reply, text=hides(reply.text), lines=lines, file=file)


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
