"""Hostile text through every output of Discord: nothing pings, nothing links, nothing is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hostile import HOSTILE
from loopback_discord.components import check_modal
from loopback_discord.markup import mentions, references, web_links
from loopback_discord.rules import check_message

from bot.commands import Button, Picture, Reply, command
from bot.on_discord import answers, present
from bot.on_discord.parse import Asker, Form
from bot.on_discord.rest import Message
from bot.presenting import Card, Notice, SeatLine, Words
from engine.board import Board
from engine.model import Community, Person, Role, Seat

GUILD = Community("discord", "7")
KNOWN = {"content", "embeds", "attachments", "components", "allowed_mentions", "nonce", "enforce_nonce", "flags"}
OURS = ("<t:1800000000:R>",)


def card(text: str, pictured: bool = True) -> Card:
    """A card on which everything that can come from outside is that text."""
    seats = tuple(SeatLine(seat, text, text, True, False, 1000, 1, 1, 1) for seat in Seat)
    return Card(
        duel_id="0" * 36,
        community=GUILD,
        entry=1,
        title=text,
        lines=(f"{text} (White) against {text}", text, f"Last move: {text}"),
        seats=(seats[0], seats[1]),
        board=Board(text),
        alt=text,
        thread=text,
        summary=(text, f"{text} won.", text),
        buttons=((Button(text, "duel", "move", {"duel": "0" * 36, "at": "1", "move": "e4"}),),),
        deadline_ms=1_800_000_000_000,
        countdown=text,
        png=b"png" if pictured else None,
        text_board="" if pictured else text,
        files=((text, text),),
    )


def messages(text: str) -> Iterator[Message]:
    """Every message that can hold that text."""
    shown = card(text)
    yield present.board(shown)
    yield present.board(card(text, pictured=False))
    for _, message in present.words(shown, [Words(1, text, text, text), Words(2, "White", "", text)]):
        yield message
    yield present.notice(Notice(GUILD, "1", text[:50], text, shown.buttons))
    to = Person("p", "discord", "42", text)
    yield present.notice(Notice(GUILD, "1", text[:50], f"{text} challenges you.", shown.buttons, to))
    yield answers.reply(
        Reply(
            text,
            lines=[(text, text), (text, text)],
            file=(text, text),
            buttons=shown.buttons,
            picture=Picture("table.png", b"png", text),
        )
    )
    yield answers.reply(Reply(text))


def payloads(text: str) -> Iterator[Mapping[str, Any]]:
    """The bodies of messages and of interactions' answers."""
    for message in messages(text):
        yield message.payload
    yield answers.private(text)["data"]


def live(payload: Mapping[str, Any]) -> list[str]:
    """What is alive in a message, but for what is ours."""
    texts = [payload.get("content") or ""]
    for embed in payload.get("embeds", ()):
        texts += [embed.get("title", ""), embed.get("description", "")]
    own = {*OURS, *(f"<@{user}>" for user in payload["allowed_mentions"].get("users", ()))}
    found = [one for text in texts for look in (mentions, references, web_links) for one in look(text)]
    return [one for one in found if one not in own]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_lives_and_nothing_is_refused(text: str) -> None:
    for message in messages(text):
        files = {index: (upload.name, upload.content) for index, upload in enumerate(message.uploads)}
        assert check_message(message.payload, KNOWN, files, [], edit=False) == []
    for payload in payloads(text):
        assert live(payload) == []
        assert payload["allowed_mentions"]["parse"] == []
    assert len(present.thread(card(text))["name"]) <= 100


@pytest.mark.parametrize("text", HOSTILE[::7], ids=range(len(HOSTILE[::7])))
def test_forms_and_choices_take_any_text(text: str) -> None:
    move = command("duel").verb("move")
    asker = Asker("1", "2", "t", "3", "4", "5", text, Role.MEMBER, text[:20])
    form = Form(asker, "duel", replace(move, help=f"Play. {text}"), {"duel": "0" * 36}, move.asks({}))
    assert check_modal(answers.modal(form, "en")["data"]) == []
    offered = answers.choices([(text, text), ("value", text)], "en")["data"]["choices"]
    assert all(1 <= len(choice["name"]) <= 100 for choice in offered)


def test_the_corpus_is_large_and_the_check_can_fail() -> None:
    assert len(set(HOSTILE)) >= 300
    assert live({"content": "@everyone <@1> https://evil.example", "allowed_mentions": {}}) != []
