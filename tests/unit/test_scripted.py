"""The random player is uniform and repeatable; the scripted player says its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from engine import games
from engine.games import AnyGame
from engine.model import Failure, MoveMode, Seat
from engine.players.scripted import RandomPlayer, ScriptedPlayer
from engine.ports import Chosen, GaveUp, MoveRequest

GAME = games.game("tic_tac_toe")
START = GAME.start({}, 0)


class StoppedClock:
    """Time passes only by sleeping, and then at once."""

    def __init__(self) -> None:
        self.slept_seconds = 0.0

    def now_ms(self) -> int:
        return int(self.slept_seconds * 1_000)

    async def sleep(self, seconds: float) -> None:
        self.slept_seconds += seconds


class OpenEnded(type(GAME)):  # type: ignore[misc]
    def legal_moves(self, position: Any, seat: Seat) -> Sequence[int] | None:
        return None

    def propose(self, position: Any, seat: Seat) -> Sequence[int]:
        return (3,) if position == START else ()


def request(game: AnyGame = GAME, position: Any = START, seed: int = 0) -> MoveRequest:
    async def history() -> list[Any]:
        return []

    return MoveRequest("d", game, position, Seat.FIRST, 0, MoveMode.FREE, seed, history)


async def chosen(player: RandomPlayer | ScriptedPlayer, ask: MoveRequest) -> Any:
    answer = await player.choose(ask)
    assert isinstance(answer, Chosen)
    return answer.move


async def test_random_is_uniform_over_the_legal_moves() -> None:
    player = RandomPlayer()
    seen = Counter([await chosen(player, request(seed=seed)) for seed in range(9_000)])
    assert set(seen) == set(range(1, 10))
    assert all(abs(times - 1_000) < 130 for times in seen.values())


async def test_random_repeats_itself_with_the_same_seed() -> None:
    for seed in range(20):
        assert await chosen(RandomPlayer(), request(seed=seed)) == await chosen(RandomPlayer(), request(seed=seed))


async def test_random_takes_proposals_in_an_open_ended_game() -> None:
    assert await chosen(RandomPlayer(), request(OpenEnded())) == 3


async def test_random_gives_up_where_nothing_is_proposed() -> None:
    assert isinstance(await RandomPlayer().choose(request(OpenEnded(), GAME.read_position("X../.../..."))), GaveUp)


async def test_a_script_is_said_in_order_after_its_delay() -> None:
    clock = StoppedClock()
    player = ScriptedPlayer(["5", "top left"], clock, delay_seconds=0.5)
    assert [await chosen(player, request()), await chosen(player, request())] == [5, 1]
    assert clock.slept_seconds == 1.0
    await player.close()


async def test_a_line_that_is_no_move_gives_up_with_the_reason() -> None:
    answer = await ScriptedPlayer(["5 or 3"], StoppedClock()).choose(request())
    assert isinstance(answer, GaveUp)
    (attempt,) = answer.spoken.attempts
    assert (attempt.failure, attempt.said) == (Failure.AMBIGUOUS, "5 or 3")


async def test_the_end_of_the_script_gives_up() -> None:
    assert isinstance(await ScriptedPlayer([], StoppedClock()).choose(request()), GaveUp)
