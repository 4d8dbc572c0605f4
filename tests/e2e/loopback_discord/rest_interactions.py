"""Acknowledging an interaction, and answering it later through its token."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiohttp import web

from loopback_discord import body as bodies
from loopback_discord import errors, registration, rules
from loopback_discord import interactions as kinds
from loopback_discord.body import Body, answer, nothing
from loopback_discord.checks import Problems
from loopback_discord.components import check_modal
from loopback_discord.gateway import Gateway
from loopback_discord.interactions import Ack, Interaction
from loopback_discord.posting import Posting
from loopback_discord.state import State
from loopback_discord.world import EPHEMERAL, LOADING, Message

_ORIGINAL: Final = "@original"


class Interactions:
    """The routes that an interaction's token opens."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state, self._world = state, state.world
        self._posting = Posting(state, gateway)

    def routes(self) -> Mapping[tuple[str, str], Callable[[web.Request], Awaitable[web.Response]]]:
        """By method and path."""
        return {
            ("POST", "/interactions/{id}/{token}/callback"): self.callback,
            ("POST", "/webhooks/{application}/{token}"): self.follow_up,
            ("GET", "/webhooks/{application}/{token}/messages/{message}"): self.show,
            ("PATCH", "/webhooks/{application}/{token}/messages/{message}"): self.edit,
            ("DELETE", "/webhooks/{application}/{token}/messages/{message}"): self.delete,
        }

    async def callback(self, request: web.Request) -> web.Response:
        """Acknowledge: once, in time, in a way that the interaction allows."""
        interaction = self._state.interactions.get(request.match_info["token"])
        if interaction is None or str(interaction.id) != request.match_info["id"]:
            raise errors.Refused(errors.UNKNOWN_INTERACTION)
        body = await bodies.read(request)
        if interaction.ack is not None:
            raise errors.Refused(errors.ALREADY_ACKNOWLEDGED)
        if self._world.clock.now() - interaction.started > self._state.deadline_seconds:
            self._state.violate(f"{interaction.name}: acknowledged after {self._state.deadline_seconds} seconds")
            raise errors.Refused(errors.UNKNOWN_INTERACTION)
        self.acknowledge(interaction, body)
        if request.query.get("with_response") in ("1", "true"):
            return answer(self._callback_answer(interaction))
        return nothing()

    def acknowledge(self, interaction: Interaction, body: Body) -> None:
        """As the answer to a webhook does too."""
        kind, data = _callback(interaction, body.payload)
        apply = {
            kinds.MESSAGE: self._message,
            kinds.LATER: self._later,
            kinds.LATER_UPDATE: self._later_update,
            kinds.UPDATE: self._update,
            kinds.CHOICES: self._choices,
            kinds.MODAL: self._modal,
        }
        apply[kind](interaction, data, Body(data, body.files))
        private = bool((data.get("flags") or 0) & EPHEMERAL)
        took = (time.monotonic() - interaction.dispatched) * 1000
        interaction.ack = Ack(kind, private, took)
        self._world.changed()

    def _message(self, interaction: Interaction, data: dict[str, Any], body: Body) -> None:
        interaction.original = self._posting.create(interaction.channel, body, rules.WEBHOOK, only_for=interaction.user)

    def _later(self, interaction: Interaction, data: dict[str, Any], body: Body) -> None:
        _demand_keys(data, {"flags"}, "a deferral")
        flags = (data.get("flags") or 0) & EPHEMERAL
        interaction.original = self._posting.add(
            interaction.channel, flags | LOADING, interaction.user if flags else None
        )

    def _later_update(self, interaction: Interaction, data: dict[str, Any], body: Body) -> None:
        _demand_keys(data, set(), "a deferred update")
        interaction.original = interaction.source

    def _update(self, interaction: Interaction, data: dict[str, Any], body: Body) -> None:
        assert interaction.source is not None
        interaction.original = self._posting.change(interaction.source, body, rules.WEBHOOK)

    def _choices(self, interaction: Interaction, data: dict[str, Any], body: Body) -> None:
        problems = Problems()
        problems.keys(data, "data", {"choices"})
        kind = interaction.payload["focused_type"]
        for index, choice in enumerate(problems.items(data.get("choices"), "choices", 25)):
            registration.check_choice(choice, kind, f"choices[{index}]", problems)
        if problems.found:
            raise errors.Refused(errors.INVALID_BODY, problems.found)
        interaction.choices = data["choices"]

    def _modal(self, interaction: Interaction, data: dict[str, Any], body: Body) -> None:
        if problems := check_modal(data):
            raise errors.Refused(errors.INVALID_BODY, problems)
        interaction.modal = data

    def _callback_answer(self, interaction: Interaction) -> dict[str, Any]:
        assert interaction.ack is not None
        told: dict[str, Any] = {"id": str(interaction.id), "type": interaction.kind}
        resource: dict[str, Any] = {"type": interaction.ack.type}
        if interaction.original is not None:
            told["response_message_id"] = str(interaction.original.id)
            told["response_message_loading"] = interaction.original.loading
            told["response_message_ephemeral"] = interaction.original.private
            if interaction.ack.type in (kinds.MESSAGE, kinds.UPDATE):
                resource["message"] = self._posting.answer(interaction.original)
        return {"interaction": told, "resource": resource}

    async def follow_up(self, request: web.Request) -> web.Response:
        """Post after the acknowledgement; the first one after a deferral takes the place of “thinking”."""
        interaction = self._interaction(request)
        body = await bodies.read(request)
        original = interaction.original
        if original is not None and original.loading:
            return answer(self._posting.answer(self._posting.change(original, body, rules.WEBHOOK)))
        message = self._posting.create(interaction.channel, body, rules.WEBHOOK, only_for=interaction.user)
        interaction.followups.append(message)
        self._world.changed()
        return answer(self._posting.answer(message))

    async def show(self, request: web.Request) -> web.Response:
        """One answer."""
        return answer(self._posting.answer(self._found(request)))

    async def edit(self, request: web.Request) -> web.Response:
        """Change an answer."""
        message = self._found(request)
        body = await bodies.read(request)
        return answer(self._posting.answer(self._posting.change(message, body, rules.WEBHOOK)))

    async def delete(self, request: web.Request) -> web.Response:
        """Take an answer away."""
        self._posting.delete(self._found(request))
        return nothing()

    def _interaction(self, request: web.Request) -> Interaction:
        """:raises Refused: before the acknowledgement, and after the token's life."""
        interaction = self._state.interactions.get(request.match_info["token"])
        if interaction is None or request.match_info["application"] != str(self._world.application_id):
            raise errors.Refused(errors.UNKNOWN_WEBHOOK)
        if self._world.clock.now() - interaction.started > self._state.lifetime_seconds:
            raise errors.Refused(errors.EXPIRED_TOKEN)
        if interaction.ack is None:
            raise errors.Refused(errors.UNKNOWN_WEBHOOK)
        return interaction

    def _found(self, request: web.Request) -> Message:
        interaction = self._interaction(request)
        wanted = request.match_info["message"]
        answers = [interaction.original, *interaction.followups]
        for message in answers[:1] if wanted == _ORIGINAL else answers:
            if message and not message.deleted and wanted in (_ORIGINAL, str(message.id)):
                return message
        raise errors.Refused(errors.UNKNOWN_MESSAGE)


def _callback(interaction: Interaction, payload: Any) -> tuple[int, dict[str, Any]]:
    """:raises Refused: a form that Discord does not know, or that does not fit this interaction."""
    if not isinstance(payload, dict) or set(payload) - {"type", "data"}:
        raise errors.Refused(errors.INVALID_BODY, ["a callback has type and data"])
    kind = payload.get("type")
    if kind not in interaction.allowed:
        problem = f"type {kind} does not answer an interaction of type {interaction.kind}"
        raise errors.Refused(errors.INVALID_BODY, [problem])
    return kind, payload.get("data") or {}


def _demand_keys(data: Mapping[str, Any], known: set[str], what: str) -> None:
    if unknown := set(data) - known:
        raise errors.Refused(errors.INVALID_BODY, [f"{what} with {sorted(unknown)}"])
