"""A Slack of our own: starts on 127.0.0.1, lets people do things, and keeps the app to the rules."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web
from ended import ended

from loopback_slack import payloads, sockets
from loopback_slack.blockkit import SUGGESTIONS
from loopback_slack.blocks import Block, elements
from loopback_slack.chat import Chat
from loopback_slack.clock import FastClock
from loopback_slack.conversations import Conversations
from loopback_slack.faults import Faults
from loopback_slack.files import Files
from loopback_slack.interactions import Interaction
from loopback_slack.limiter import Limiter
from loopback_slack.manifests import Manifests
from loopback_slack.responses import Responses
from loopback_slack.sockets import Envelope, Sockets
from loopback_slack.views import Views, facts
from loopback_slack.web_api import Refused, Tokens, WebApi
from loopback_slack.workspace import APP, TEAM, Channel, Message, User, View, Violation, Workspace

SCOPES: Final = frozenset({"commands", "chat:write", "files:write", "users:read", "im:write"})


class LoopbackSlack:
    """``async with LoopbackSlack() as slack``; leaving it fails the test when a rule was broken.

    ``pace`` makes rate limits wider, ``speed`` lets the time of limits and lives run faster, ``ack_seconds`` is the
    deadline of an acknowledgement in seconds of the wall's clock, ``scopes`` are what the
    app was granted, ``channel_burst`` how many messages a channel takes at once. Members: ann, bob and carl (German),
    and the admin mod. Channels: general, with the app in it.
    """

    def __init__(
        self,
        *,
        faults: Faults | None = None,
        pace: float = 1.0,
        speed: float = 1.0,
        ack_seconds: float = sockets.ACK_SECONDS,
        scopes: frozenset[str] = SCOPES,
        seed: int = 0,
        channel_burst: int = 5,
    ) -> None:
        self.clock = FastClock(speed)
        self.workspace = Workspace(self.clock)
        self.faults = faults or Faults()
        self.tokens = Tokens(scopes=set(scopes))
        self.files = Files(self.workspace)
        self.sockets = Sockets(self.workspace, seed, ack_seconds)
        self.manifests = Manifests(self.workspace, self.tokens, self.sockets)
        self._views = Views(self.workspace)
        self._responses = Responses(self.workspace, self.faults)
        self._api = WebApi(self.workspace, self.tokens, Limiter(self.workspace.now, pace, channel_burst), self.faults)
        families = (Chat(self.workspace), Conversations(self.workspace), self._views, self.files, self.sockets)
        for family in (*families, self.manifests):
            self._api.methods.update(family.methods())
        self.ann, self.bob = self.workspace.add_user("ann"), self.workspace.add_user("bob")
        self.carl = self.workspace.add_user("carl", locale="de-DE")
        self.mod = self.workspace.add_user("mod", admin=True)
        self.general = self.workspace.add_channel("general")
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 * 2**20)
        app.router.add_route("*", "/api/{method}", self._api.serve)
        app.router.add_get("/link/", self.sockets.serve)
        app.router.add_post("/upload/v1/{ticket}", self.files.upload)
        app.router.add_post("/response/{id}", self._responses.serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        for served in (self.sockets, self.files, self._responses):
            served.base_url = self.url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self.sockets.close()
        await ended(self._runner)
        if error is None and self.violations:
            raise AssertionError("\n".join(f"{one.rule}: {one.detail}" for one in self.violations))

    @property
    def api_url(self) -> str:
        """For ``AsyncWebClient(base_url=…)`` and ``SLACK_API_URL``."""
        return f"{self.url}/api/"

    @property
    def violations(self) -> list[Violation]:
        """The rules that were broken."""
        return self.workspace.violations

    @property
    def limited(self) -> Mapping[str, int]:
        """How many requests were answered 429, by method."""
        return self._api.limited

    def forgive(self, rule: str) -> list[Violation]:
        """Take away the violations of a rule that a test broke on purpose; there must be some."""
        found = [one for one in self.violations if one.rule == rule]
        assert found, f"nobody broke {rule}; broken: {self.violations}"
        self.workspace.violations = [one for one in self.violations if one.rule != rule]
        return found

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass for tokens, addresses, rate limits and timestamps."""
        self.clock.pass_seconds(seconds)
        self.workspace.changed()

    async def connected(self) -> None:
        """Wait until the app has a socket."""
        await self.workspace.until(lambda: self.sockets.connections, what="for a connection")

    async def slash(self, user: User, channel: Channel, command: str, text: str = "") -> Interaction:
        """Type a command. What the acknowledgement carries is shown to the person."""
        done = self._began(user, channel)
        assert done.response_url is not None
        assert done.trigger is not None
        address = self._responses.address(done.response_url)
        done.envelope = Envelope(
            "slash_commands", payloads.slash(user, channel, command, text, done.trigger.id, address), True
        )
        await self.sockets.send(done.envelope)
        if done.ack_payload.keys() & {"text", "blocks"}:
            self._responses.answer(done.response_url, done.ack_payload)
            self.workspace.changed()
        return done

    async def press(
        self, user: User, message: Message, wanted: str, *, confirm: bool = True, version: int = -1
    ) -> Interaction | None:
        """Press a button by its label, action or value; ``None`` when it asks first and the person says no.

        With an older ``version`` the person's screen has not followed yet.
        """
        assert version >= 0 or not message.deleted, "the message is gone"
        assert message.ephemeral_to in (None, user), "only somebody else sees that message"
        block, button = message.button(wanted, version)
        if button.get("confirm") and not confirm:
            return None
        done = await self._act(user, message, block, button)
        done.confirmed = button.get("confirm")
        return done

    async def choose(self, user: User, view: View, action_id: str, value: str) -> Interaction:
        """Choose in a menu of a modal that tells the app at once."""
        block, element = next(pair for pair in elements(view.payload["blocks"]) if pair[1]["action_id"] == action_id)
        done = self._began(user)
        assert done.trigger is not None
        chosen = payloads.filled(view, element, value)
        acted = payloads.action(block, element, self.workspace.now(), **chosen)
        where = {"container": {"type": "view", "view_id": view.id}, "view": facts(view), "actions": [acted]}
        done.envelope = Envelope(
            "interactive", payloads.interaction("block_actions", user, done.trigger.id, **where), False
        )
        await self.sockets.send(done.envelope)
        return done

    async def submit(self, view: View, values: Mapping[str, Any] | None = None) -> Interaction:
        """Fill in a modal, by label, block or action, and send it."""
        assert not view.closed, "the modal is closed"
        state = payloads.state(view, values or {})
        done = self._began(view.user)
        assert done.trigger is not None
        done.envelope = Envelope("interactive", payloads.view_submission(view, state, done.trigger.id), True)
        await self.sockets.send(done.envelope)
        self._submitted(view, done.ack_payload)
        self.workspace.changed()
        return done

    async def shortcut(self, user: User, message: Message, callback_id: str) -> Interaction:
        """Choose a shortcut from a message's menu, in a thread too."""
        done = self._began(user, message.channel)
        assert done.response_url is not None
        assert done.trigger is not None
        where = {
            "callback_id": callback_id,
            "message_ts": message.ts,
            "message": message.payload,
            "channel": {"id": message.channel.id, "name": message.channel.name},
            "response_url": self._responses.address(done.response_url),
            "action_ts": f"{self.workspace.now():.6f}",
        }
        done.envelope = Envelope(
            "interactive", payloads.interaction("message_action", user, done.trigger.id, **where), False
        )
        await self.sockets.send(done.envelope)
        return done

    async def suggest(self, view: View, action_id: str, typed: str = "") -> list[Block]:
        """Type into a menu that asks the app for its options."""
        block, element = next(pair for pair in elements(view.payload["blocks"]) if pair[1]["action_id"] == action_id)
        assert element["type"] == "external_select", f"{action_id} has options of its own"
        where = {
            "container": {"type": "view", "view_id": view.id},
            "view": facts(view),
            "action_id": action_id,
            "block_id": block["block_id"],
            "value": typed,
        }
        envelope = Envelope("interactive", payloads.interaction("block_suggestion", view.user, "", **where), True)
        await self.sockets.send(envelope)
        found = envelope.acks[0] if envelope.acks else {}
        for one in SUGGESTIONS.problems(found, ""):
            self.workspace.violate("invalid_options", one)
        view.suggested[action_id] = [
            *found.get("options", []),
            *(option for group in found.get("option_groups", []) for option in group["options"]),
        ]
        return view.suggested[action_id]

    async def event(self, event: dict[str, Any]) -> Interaction:
        """Something happened that the app subscribes to."""
        body = {
            "token": "loopback",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{self.workspace.number():08d}",
            "event_time": int(self.workspace.now()),
        }
        envelope = Envelope("events_api", body, False)
        await self.sockets.send(envelope)
        return Interaction(self.workspace, self.ann, envelope)

    async def redeliver(self, done: Interaction, reason: str = "timeout") -> None:
        """Send the same envelope again, as Slack does when an acknowledgement was lost."""
        done.envelope.retry_reason = reason
        await self.sockets.send(done.envelope)

    def say(self, user: User, channel: Channel, text: str) -> Message:
        """A person writes something."""
        message = Message(channel, self.workspace.ts(), user.id, text)
        message.versions.append((self.workspace.now(), message.payload))
        channel.everything.append(message)
        self.workspace.changed()
        return message

    def delete(self, message: Message) -> None:
        """A person deletes a message."""
        message.deleted = True
        self.workspace.changed()

    def _began(self, user: User, channel: Channel | None = None, original: Message | None = None) -> Interaction:
        return Interaction(
            self.workspace,
            user,
            Envelope("", {}, False),
            channel,
            self._responses.made(user, channel, original) if channel else None,
            self._views.trigger(user),
            already_seen=len(channel.ephemerals_of(user)) if channel else 0,
        )

    async def _act(self, user: User, message: Message, block: Block, button: Block) -> Interaction:
        done = self._began(user, message.channel, message)
        assert done.response_url is not None
        assert done.trigger is not None
        where = {
            **payloads.place(message),
            "response_url": self._responses.address(done.response_url),
            "actions": [payloads.action(block, button, self.workspace.now())],
        }
        done.envelope = Envelope(
            "interactive", payloads.interaction("block_actions", user, done.trigger.id, **where), False
        )
        await self.sockets.send(done.envelope)
        return done

    def _submitted(self, view: View, answer: dict[str, Any]) -> None:
        """What the acknowledgement of a submission does to the modal."""
        what = answer.get("response_action")
        try:
            if what == "errors":
                self._show_errors(view, answer.get("errors"))
            elif what == "update":
                self._views.replace(view, self._views.checked(answer.get("view")))
            elif what == "push":
                self._views.put_on(view, self._views.checked(answer.get("view")))
            elif what in (None, "clear"):
                self._close(view, all_of_them=what == "clear")
            else:
                self.workspace.violate("response_action", str(what))
        except Refused as refused:
            self.workspace.violate("response_action", f"{refused}")

    def _show_errors(self, view: View, errors: Any) -> None:
        known = {block["block_id"] for block in view.inputs}
        if not isinstance(errors, dict) or not errors or not errors.keys() <= known:
            self.workspace.violate("response_action", f"errors for {errors}, inputs are {sorted(known)}")
        view.errors = dict(errors or {})

    def _close(self, view: View, *, all_of_them: bool) -> None:
        for one in self.workspace.views.values():
            if one is view or (all_of_them and one.root == view.root):
                one.closed = True
