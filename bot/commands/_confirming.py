"""Commands that show what they will change, and change it once their asker has said yes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from bot.commands import Button, Invocation, Reply, Run, Style, Verb
from engine.options import Kind, Option
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena

SURE: Final = Option("sure", say("Do it at once, without showing first what it changes."), Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a command would change: a sentence, and a table if there is more to see.

    ``meant`` are options as they were understood: “last” is another duel a moment later, and what is confirmed must be
    what was shown.
    """

    text: str
    lines: Sequence[Sequence[str]] = ()
    meant: Mapping[str, Any] = field(default_factory=dict)


Foresee = Callable[[Invocation, "Arena"], Awaitable[Preview]]


def confirmed(foresee: Foresee, act: Run) -> Run:
    """A verb that shows first and acts once it is confirmed, or with ``sure:yes``. It needs the option :data:`SURE`."""

    async def run(asked: Invocation, arena: Arena) -> Reply:
        if asked.options[SURE.name]:
            return await act(asked, arena)
        preview = await foresee(asked, arena)
        options = {name: value for name, value in asked.options.items() if value is not None and name != SURE.name}
        options |= preview.meant
        people = {token: person.id for token, person in asked.mentioned.items() if _is_named(token, options)}
        intent = await arena.intents.keep(
            asked.community, asked.member.id, asked.command, asked.verb, options, people, asked.request_id
        )
        button = Button(say("Yes, do it"), "moderate", "confirm", {"intent": intent.key}, Style.DANGER)
        text = joined([preview.text, say("Nothing is changed yet: press the button, or add sure:yes.")])
        return Reply(text, lines=preview.lines, buttons=((button,),))

    return run


def _is_named(token: str, options: Mapping[str, Any]) -> bool:
    return any(token in value for value in options.values() if isinstance(value, str))


async def confirm(asked: Invocation, arena: Arena) -> Reply:
    """Carry out what was shown."""
    from bot.commands import run

    intent = await arena.intents.confirmed(asked.community, asked.options["intent"], asked.member.id)
    known = await arena.context.store.people(list(intent.people.values()))
    # The intent's own id names the request: pressed twice, it is carried out once.
    meant = replace(
        asked,
        command=intent.command,
        verb=intent.verb,
        options={**intent.options, SURE.name: True},
        request_id=intent.key,
        mentioned={token: known[person] for token, person in intent.people.items() if person in known},
    )
    return await run(meant, arena)


CONFIRM: Final = Verb(
    "confirm",
    say("Carry out what a command has shown you."),
    confirm,
    (Option("intent", say("Which, as its button knows."), required=True),),
    positional=1,
)
