"""A model's API whose calls are timed, and whose limits are counted when they are met."""

from __future__ import annotations

from engine.errors import ProviderDown
from engine.ports import Ask, Clock, Completion, Meter, Provider


class Metered:
    """Fulfils :class:`engine.ports.Provider`; ``name`` is the provider's, as players write it."""

    def __init__(self, provider: Provider, name: str, clock: Clock, meter: Meter) -> None:
        self._provider = provider
        self._name = name
        self._clock = clock
        self._meter = meter

    def check(self, model: str, constrained: bool) -> None:
        """See :meth:`engine.ports.Provider.check`."""
        self._provider.check(model, constrained)

    async def complete(self, ask: Ask) -> Completion:
        """See :meth:`engine.ports.Provider.complete`. A call that is given up counts as one without an answer."""
        started_ms, answered = self._clock.now_ms(), False
        try:
            completion = await self._provider.complete(ask)
            answered = True
        except ProviderDown as down:
            if down.limited:
                self._meter.throttled(self._name)
            raise
        else:
            return completion
        finally:
            self._meter.model_called(self._name, (self._clock.now_ms() - started_ms) / 1000, answered)

    async def close(self) -> None:
        """See :meth:`engine.ports.Provider.close`."""
        await self._provider.close()
