"""``/arena forget-me`` and ``/arena export-me``: what a member may ask for about themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands import Button, Invocation, Reply, Style, Verb
from engine.options import Kind, Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena

_QUESTION = say(
    "Forget you? Your running duels are resigned, your challenges end, and your name and account are erased here for"
    " ever. Duels you have played stay, as someone's. This cannot be undone."
)


async def forget_me(asked: Invocation, arena: Arena) -> Reply:
    """Erase who asks, once they are sure."""
    from engine.arena.rights import Rights

    if not asked.options["sure"]:
        sure = Button(say("Forget me"), "arena", "forget-me", {"sure": "yes"}, Style.DANGER)
        how = say("To go on, press the button or type /arena forget-me sure:yes")
        return Reply(joined([_QUESTION, how]), buttons=((sure,),))
    gone = await Rights(arena.context).forget(asked.member, asked.request_id, asked.community)
    done = [say("You are forgotten: your name and account are erased here.")]
    if gone.resigned:
        done.append(counted("{n} duel was resigned.", "{n} duels were resigned.", n=gone.resigned))
    if gone.challenges:
        done.append(counted("{n} challenge ended.", "{n} challenges ended.", n=gone.challenges))
    return Reply(joined([*done, say("If you type a command again, you come as somebody new.")]))


async def export_me(asked: Invocation, arena: Arena) -> Reply:
    """Write down everything that is kept about who asks."""
    from engine.arena.rights import Rights

    content = await Rights(arena.context).export(asked.member, asked.community)
    return Reply(
        say("Everything that this arena keeps about you. Only you see this."),
        file=(f"duel-arena-{asked.member.id[:8]}.json", content),
    )


VERBS = (
    Verb(
        "forget-me",
        say("Erase your name and account from this arena."),
        forget_me,
        (Option("sure", say("Yes, for ever."), Kind.BOOLEAN),),
        question=_QUESTION,
    ),
    Verb("export-me", say("Get everything that this arena keeps about you, as a file."), export_me),
)
