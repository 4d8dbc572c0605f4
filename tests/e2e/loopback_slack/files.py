"""Uploads: https://docs.slack.dev/messaging/working-with-files#upload."""

from __future__ import annotations

import secrets
from typing import Any, Final

from aiohttp import web

from loopback_slack.chat import thread_of, writable_channel
from loopback_slack.web_api import Arguments, Declared, Refused
from loopback_slack.workspace import BOT_USER, File, Message, Workspace

WRITE: Final = ("files:write",)
READ: Final = ("files:read",)
MOST_ALT: Final = 1_000


class Files:
    """``ready_after_tries`` messages with a new file are refused, and all until ``ready_after_seconds``."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.base_url = ""
        self.ready_after_tries = 0
        self.ready_after_seconds = 0.0
        self._tickets: dict[str, File] = {}

    def methods(self) -> dict[str, Declared]:
        """By name."""
        return {
            "files.getUploadURLExternal": Declared(self.get_url, WRITE),
            "files.completeUploadExternal": Declared(self.complete, WRITE),
            "files.delete": Declared(self.delete, WRITE),
            "files.info": Declared(self.info, READ),
        }

    def get_url(self, arguments: Arguments) -> dict[str, Any]:
        """An address to send the bytes to."""
        name, length = str(arguments.get("filename") or ""), int(arguments.get("length") or 0)
        if not name or length <= 0:
            raise Refused("invalid_arguments")
        alt = str(arguments.get("alt_txt") or "")
        if len(alt) > MOST_ALT:
            self._workspace.violate("alt_txt_too_large", f"{len(alt)} characters")
            raise Refused("alt_txt_too_large")
        file = File(f"F0{self._workspace.number():08d}", name, length, alt)
        file.tries = self.ready_after_tries
        self._workspace.files[file.id] = file
        ticket = secrets.token_hex(8)
        self._tickets[ticket] = file
        return {"upload_url": f"{self.base_url}/upload/v1/{ticket}", "file_id": file.id}

    async def upload(self, request: web.Request) -> web.Response:
        """The bytes, raw or as a form."""
        file = self._tickets.get(request.match_info["ticket"])
        if file is None:
            return web.Response(status=404, text="no such upload")
        content = await _content(request)
        if len(content) != file.length:
            self._workspace.violate("upload-length", f"{len(content)} bytes instead of {file.length}")
            return web.Response(status=400, text="wrong length")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    def complete(self, arguments: Arguments) -> dict[str, Any]:
        """With a channel, the files are posted there as one message."""
        files = [self._uploaded(item) for item in arguments.get("files") or []]
        if not files:
            raise Refused("invalid_arguments")
        wanted = str(arguments.get("channel_id") or arguments.get("channels") or "")
        channel = writable_channel(self._workspace, wanted) if wanted else None
        thread = thread_of(channel, arguments) if channel else None
        for file in files:
            file.complete = True
            file.ready_at = self._workspace.now() + self.ready_after_seconds
        if channel:
            text = str(arguments.get("initial_comment") or "")
            message = Message(channel, self._workspace.ts(), BOT_USER, text, thread_ts=thread, files=files)
            message.versions.append((self._workspace.now(), message.payload))
            channel.everything.append(message)
            for file in files:
                file.shared_in.append(channel.id)
        return {"files": [_facts(file) for file in files]}

    def delete(self, arguments: Arguments) -> dict[str, Any]:
        """A picture that a message still shows would be a hole in it."""
        file = self._known(arguments)
        for channel in self._workspace.channels.values():
            for message in channel.everything:
                if file.id in message.pictures and not message.deleted:
                    self._workspace.violate("deleted-shown-picture", f"{file.id} in {message.ts}")
        file.deleted = True
        return {}

    def info(self, arguments: Arguments) -> dict[str, Any]:
        """One file."""
        return {"file": _facts(self._known(arguments))}

    def _known(self, arguments: Arguments) -> File:
        file = self._workspace.files.get(str(arguments.get("file")))
        if file is None:
            raise Refused("file_not_found")
        if file.deleted:
            raise Refused("file_deleted")
        return file

    def _uploaded(self, item: dict[str, Any]) -> File:
        file = self._workspace.files.get(str(item.get("id")))
        if file is None or file.content is None:
            raise Refused("file_not_found")
        file.title = str(item.get("title") or file.name)
        return file


def _facts(file: File) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": file.length,
        "user": BOT_USER,
        "permalink": file.permalink,
        "alt_txt": file.alt,
        "channels": file.shared_in,
    }


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""
