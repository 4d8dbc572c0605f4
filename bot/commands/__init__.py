"""Commands, declared once: from a declaration come help, completion, registration and the README's table.

A file of this folder that holds ``COMMAND`` is a command group. The files import nothing heavy: whoever only
needs the declarations (a webhook, the help) pays milliseconds.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.acknowledged import Acknowledged as Acknowledged
from engine.errors import BadOption, NotAllowed, UnknownName
from engine.model import Community, Role
from engine.options import Option, check
from engine.sentences import say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.model import Person
    from engine.render.figures import Figure


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command as it was asked for, on whatever platform.

    Attributes:
        request_id: the platform's own id of the request; a repeated request has the same.
        locale: of the person who asks, as the platform gives it (``de``, ``en-US``).
        community_locale: of the server, where the platform has one; what the channel is shown is in that language.
        role: what the person may do here, as the platform says.
        channel: the platform's id of the channel it was typed in, if it has channels.
        mentioned: the people whom the options mention, by the platform's token for them (``<@123>``).
        unique_names: whether everybody here has a name that nobody else has, so that a bare ``@name`` says who is
            meant; where namesakes can exist, only a mention does.
        answer_to: where a later answer to this person alone can be sent, in the platform's own terms; it dies with the
            platform's token (Discord 15 minutes, Slack 30). Never logged or shown.
    """

    community: Community
    member: Person
    command: str
    verb: str
    options: Mapping[str, Any]
    request_id: str
    locale: str = "en"
    community_locale: str = ""
    role: Role = Role.MEMBER
    channel: str = ""
    mentioned: Mapping[str, Person] = field(default_factory=dict)
    unique_names: bool = False
    answer_to: str = field(default="", repr=False)


class Style(StrEnum):
    """How a button looks."""

    PLAIN = "plain"
    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A command on a button: pressing it asks for ``/command verb`` with these options, and needs no code of its own.

    With ``confirm`` the presser alone is asked the verb's ``question`` first. Options that the verb declares in its
    ``form`` and that are not given here are asked for in a modal first.
    """

    label: str
    command: str
    verb: str
    options: Mapping[str, str] = field(default_factory=dict)
    style: Style = Style.PLAIN
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes with an answer; ``alt`` says in words what it shows, ``name`` is its file's."""

    name: str
    png: bytes = field(repr=False)
    alt: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers.

    ``lines`` is a table whose first row is its heading; ``file`` is (name, content). ``buttons`` are rows. A command
    says with ``figure`` what is to be drawn; a platform that shows pictures of dots finds it painted in ``picture``, in
    the asker's language. What it shows stands in the text or the lines too: not everybody sees it.
    """

    text: str
    private: bool = True
    duel_id: str | None = None
    lines: Sequence[Sequence[str]] = ()
    file: tuple[str, str] | None = None
    buttons: Sequence[Sequence[Button]] = ()
    figure: Figure | None = None
    picture: Picture | None = None


Run = Callable[[Invocation, "Arena"], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing a command does.

    Its first ``positional`` options may stand without their names, in order; the last of those takes the rest of the
    line when ``rest`` is set. With ``settings``, further ``name:value`` pairs go into the option ``settings``.
    ``form`` names the options that a platform with modals asks for there when a button or a bare command leaves them
    out; a verb that is acknowledged by a modal always opens it. ``question`` is what a button with ``confirm`` asks.
    """

    name: str
    help: str
    run: Run
    options: tuple[Option, ...] = ()
    positional: int = 0
    rest: bool = False
    settings: bool = False
    form: tuple[str, ...] = ()
    question: str = ""
    acknowledged: Acknowledged = Acknowledged.PRIVATE
    role: Role = Role.MEMBER

    def asks(self, given: Mapping[str, Any]) -> tuple[Option, ...]:
        """The options of its form that are not given yet: what a modal asks for."""
        return tuple(option for option in self.options if option.name in self.form and option.name not in given)

    def usage(self, command: str) -> str:
        """``/duel start GAME FIRST SECOND [seed:…]``."""
        shown = [_placeholder(option, index < self.positional) for index, option in enumerate(self.options)]
        return " ".join([f"/{command} {self.name}", *shown])


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command group."""

    name: str
    help: str
    verbs: tuple[Verb, ...] = field(default_factory=tuple)

    def verb(self, name: str) -> Verb:
        """:raises UnknownName: with the nearest verbs."""
        for verb in self.verbs:
            if verb.name == name:
                return verb
        raise UnknownName(say("/{command} command", command=self.name), name, [verb.name for verb in self.verbs])


def _placeholder(option: Option, positional: bool) -> str:
    shown = option.name.upper() if positional else f"{option.name}:…"
    return shown if option.required else f"[{shown}]"


@cache
def commands() -> tuple[CommandSpec, ...]:
    """All command groups, by name."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return tuple(module.COMMAND for module in modules if hasattr(module, "COMMAND"))


def command(name: str) -> CommandSpec:
    """:raises UnknownName: with the nearest commands."""
    for spec in commands():
        if spec.name == name:
            return spec
    raise UnknownName(say("command"), f"/{name}", [f"/{spec.name}" for spec in commands()])


async def run(invocation: Invocation, arena: Arena) -> Reply:
    """Check the options and run the verb. :raises UserError: for whatever a person can mend."""
    verb = command(invocation.command).verb(invocation.verb)
    # A community may have named moderators of its own beside those whom the platform knows.
    role = await arena.communities.role(invocation.community, invocation.member.id, invocation.role)
    invocation = replace(invocation, role=role)
    if not invocation.role.covers(verb.role):
        raise NotAllowed(_NEEDED[verb.role])
    await _require_on(invocation, arena)
    options = check(verb.options, invocation.options)
    missing = [option.name for option in verb.options if option.required and options[option.name] in (None, "")]
    if missing:
        raise BadOption(
            say("{option} is missing. Use {usage}", option=missing[0], usage=verb.usage(invocation.command))
        )
    return await verb.run(replace(invocation, options=options), arena)


async def _require_on(invocation: Invocation, arena: Arena) -> None:
    """:raises NotAllowed: when a host has turned it off, but not for the host, or while the arena is moved."""
    context = arena.context
    if await context.is_closed():
        raise NotAllowed(say("The arena is being moved, and duels go on where they are. Try again in a few minutes."))
    if invocation.role.covers(Role.HOST):
        return
    off = await context.gate.off(context.store, context.clock.now_ms(), invocation.command, invocation.verb)
    if off is None:
        return
    name, why = off
    raise NotAllowed(
        say("/{command} is turned off for now: {why}", command=name, why=why)
        if why
        else say("/{command} is turned off for now.", command=name)
    )


_NEEDED = {
    Role.MODERATOR: say("Only moderators can do this here."),
    Role.HOST: say("Only who hosts this arena can do this."),
}
