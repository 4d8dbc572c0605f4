"""``arena run`` as a process of its own: started, spoken to over HTTP, and killed."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import warm
from aiohttp import ClientSession, CookieJar

READY_SECONDS = 30


class Server:
    """A server over a data folder. Survives being killed: :meth:`start` again goes on with the same folder.

    :param program: another than ours, which is run by Python.
    """

    def __init__(self, data_dir: Path, program: Sequence[str] = (), **environment: str) -> None:
        self.environment = {**os.environ, "ARENA_DATA_DIR": str(data_dir), "ARENA_PORT": "0", **environment}
        self._program = program
        self._session: ClientSession | None = None
        self.process: asyncio.subprocess.Process | warm.Process | None = None
        self.url = ""
        self.ready = ""

    async def __aenter__(self) -> Self:
        self._session = ClientSession(cookie_jar=CookieJar(unsafe=True))
        try:
            await self.start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
        assert self._session
        await self._session.close()

    async def start(self) -> None:
        """Start it and wait for the line that says where it listens."""
        if self._program:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *self._program, "run", env=self.environment, stdout=asyncio.subprocess.PIPE
            )
        else:
            self.process = await warm.begin(["run"], self.environment)
        assert self.process.stdout
        line = await asyncio.wait_for(self.process.stdout.readline(), READY_SECONDS)
        self.ready = line.decode()
        found = re.search(r"http://\S+", self.ready)
        assert found, f"no address in {self.ready!r}"
        self.url = found[0]

    async def kill(self, number: signal.Signals = signal.SIGKILL) -> int:
        """Kill it, unless it has ended; gives its exit code."""
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(number)
        code = await self.process.wait()
        if isinstance(self.process, warm.Process):
            sys.stderr.write((await self.process.stderr.read()).decode())
        return code

    async def get(self, path: str) -> Any:
        """A JSON answer. :raises aiohttp.ClientError: when the server is gone."""
        assert self._session
        async with self._session.get(self.url + path) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def command(self, text: str, request: str) -> tuple[int, Any]:
        """A typed command: the status and the answer."""
        assert self._session
        async with self._session.post(f"{self.url}/api/commands", json={"text": text, "request": request}) as response:
            return response.status, await response.json()
