"""``/arena key``, ``keys`` and ``key-remove``: a community's own way to models. A key is never shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands import Acknowledged, Invocation, Reply, Verb
from bot.commands._times import day
from engine.model import Role
from engine.options import Option
from engine.secret import Secret
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.own_keys import KeyFacts


async def key(asked: Invocation, arena: Arena) -> Reply:
    """Store a key."""
    from engine.providers.own import address

    options = asked.options
    facts = await arena.own_keys.put(
        asked.community,
        options["name"],
        Secret(options["key"].strip()),
        address(options["address"]),
        options["model"],
        asked.member.id,
    )
    text = say(
        "The key {name} is stored, encrypted, and never shown again. Its models play in this server only: {players}.",
        name=facts.name,
        players=_players(facts),
    )
    return Reply(text)


async def keys(asked: Invocation, arena: Arena) -> Reply:
    """The keys by name."""
    found = await arena.own_keys.listed(asked.community)
    if not found:
        return Reply(say("This server has no keys of its own. Add one with /arena key."))
    names = await arena.people.called([facts.set_by for facts in found])
    rows = [
        (facts.name, facts.address, _players(facts), day(facts.set_ms), names.person(facts.set_by)) for facts in found
    ]
    heading = (say("key"), say("address"), say("players"), say("set on"), say("by"))
    return Reply(say("This server's own keys:"), lines=[heading, *rows])


async def remove(asked: Invocation, arena: Arena) -> Reply:
    """Delete a key."""
    await arena.own_keys.remove(asked.community, asked.options["name"], asked.member.id)
    return Reply(say("The key {name} is deleted.", name=asked.options["name"]))


def _players(facts: KeyFacts) -> str:
    return joined([f"own/{facts.name}/{model}" for model in facts.models], ", ")


VERBS = (
    Verb(
        "key",
        say("Store this server's own key to a model API."),
        key,
        (
            Option("name", say("What you call it, such as ours."), required=True, most=32),
            Option("key", say("The key. It is encrypted, and never shown again."), required=True, most=1000),
            Option("model", say("The API's names of the models that may play, with commas."), required=True, most=500),
            Option(
                "address",
                say("Empty for OpenAI, a known API's name, or https://… of one that works as OpenAI's does."),
                default="",
                most=300,
            ),
        ),
        positional=0,
        form=("name", "key", "model", "address"),
        acknowledged=Acknowledged.MODAL,
        role=Role.MODERATOR,
    ),
    Verb("keys", say("List this server's own keys by name."), keys, role=Role.MODERATOR),
    Verb(
        "key-remove",
        say("Delete one of this server's own keys."),
        remove,
        (Option("name", say("Which key."), required=True, completes="keys"),),
        positional=1,
        question=say("Do you want to delete this key? Duels of its models can not go on without it."),
        role=Role.MODERATOR,
    ),
)
