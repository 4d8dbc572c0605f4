"""Every sentence shown to people passes the catalogue, and German is complete."""

from __future__ import annotations

import copy
import importlib.util
import random
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from support_sentences import assert_all_said, unsaid

from bot.catalogue import language_of, languages, said
from bot.cli import main
from bot.commands import CommandSpec, commands
from bot.settings import language
from bot.terminations import termination_said
from engine import games
from engine.board import Board
from engine.errors import BadOption, UnknownName, UserError
from engine.games import AnyGame
from engine.model import Outcome, Seat, Termination
from engine.options import Kind, Option, check
from engine.sentences import Sentence, both, counted, either, joined, say

ROOT: Final = Path(__file__).resolve().parents[2]


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "tools" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL: Final = _tool()
PO: Final = TOOL.LOCALE / "de" / "LC_MESSAGES" / "arena.po"


@pytest.fixture(scope="module")
def german() -> Any:
    return TOOL.read(PO)


@pytest.fixture(scope="module")
def fresh(german: Any) -> Any:
    return TOOL.merged("de", german)


class TestGerman:
    def test_every_sentence_has_a_translation(self, fresh: Any) -> None:
        missing = [message.id for message in TOOL.untranslated(fresh)]
        assert not missing, f"translate these in {PO.relative_to(ROOT)} after running tools/translations.py"

    def test_the_files_are_in_step_with_the_sources(self, fresh: Any) -> None:
        assert TOOL.written(fresh) == PO.read_bytes(), "run tools/translations.py"
        assert TOOL.compiled(fresh) == PO.with_suffix(".mo").read_bytes(), "run tools/translations.py"

    def test_a_translation_fills_in_the_same_values_in_the_same_formats(self, german: Any) -> None:
        for message in german:
            for english, translated in _forms(message):
                assert _fields(translated) == _fields(english), english

    def test_nothing_is_fuzzy_or_half_english(self, german: Any) -> None:
        for message in german:
            assert not message.fuzzy, message.id
            for english, translated in _forms(message):
                assert "”" not in translated, f"German closes with “ and not with ”: {translated}"
                assert (english[0] == " ", english[-1] == " ") == (translated[0] == " ", translated[-1] == " "), english

    def test_no_date_no_address_and_no_line_number_is_in_the_catalogue(self) -> None:
        text = PO.read_text("utf-8")
        assert "POT-Creation-Date" not in text
        assert "PO-Revision-Date" not in text
        assert "Last-Translator" not in text
        assert "#: " not in text

    @pytest.mark.parametrize(("n", "shown"), [(0, "0 Halbzüge"), (1, "1 Halbzug"), (2, "2 Halbzüge")])
    def test_plurals(self, n: int, shown: str) -> None:
        assert said(counted("{n} ply", "{n} plies", n=n), "de") == shown

    def test_figures_are_written_as_in_german(self) -> None:
        assert said(say("{tokens:,} tokens", tokens=1_234_567), "de") == "1.234.567 Tokens"
        assert said(say("The duel has used its ${dollars:.2f}.", dollars=1234.5), "de") == (
            "Das Duell hat seine 1234,50 $ verbraucht."
        )

    def test_sentences_in_sentences_are_translated_too(self) -> None:
        why = joined([say("{side} is checkmated.", side=say("White")), say("It counts for nobody.")])
        assert said(why, "de") == "Weiß ist schachmatt. Es zählt für niemanden."
        assert said(either(["a", "b", say("White")]), "de") == "a, b oder Weiß"
        assert said(both(["a", "b"]), "de") == "a und b"


def _forms(message: Any) -> Iterator[tuple[str, str]]:
    """Each English form of a message with the German one."""
    if message.id and message.pluralizable:
        yield from zip(message.id, message.string, strict=True)
    elif message.id and message.string:
        yield message.id, message.string


def _fields(template: str) -> set[tuple[str, str | None]]:
    return {(name, form) for _, name, form, _ in string.Formatter().parse(template) if name is not None}


class TestLanguages:
    def test_english_comes_first(self) -> None:
        assert languages() == ("en", "de")

    @pytest.mark.parametrize(
        ("locale", "wanted"),
        [
            ("de", "de"),
            ("de-DE", "de"),
            ("de_AT.UTF-8", "de"),
            ("DE@euro", "de"),
            ("en-US", "en"),
            ("en-GB", "en"),
            ("fr", "en"),
            ("deu", "en"),
            ("C.UTF-8", "en"),
            ("", "en"),
            (None, "en"),
        ],
    )
    def test_a_platforms_locale_chooses(self, locale: str | None, wanted: str) -> None:
        assert language_of(locale) == wanted

    @pytest.mark.parametrize(
        ("environment", "wanted"),
        [
            ({"LANG": "de_DE.UTF-8"}, "de"),
            ({"LANG": "C.UTF-8"}, "en"),
            ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "en_GB"}, "en"),
            ({"LANG": "en_GB", "LC_MESSAGES": "en_GB", "LC_ALL": "de_CH"}, "de"),
            ({"LC_ALL": "", "LANG": "de"}, "de"),
            ({}, "en"),
        ],
    )
    def test_a_terminals_environment_chooses(self, environment: Mapping[str, str], wanted: str) -> None:
        assert language(environment) == wanted

    def test_the_terminal_speaks_german(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
        assert main(["parse", "ches"]) == 2
        assert capsys.readouterr().err == "Spiel „ches“ gibt es nicht. Meintest du chess?\n"
        assert main(["games"]) == 0
        assert "Drei in einer Reihe" in capsys.readouterr().out

    def test_the_terminal_speaks_english_elsewhere(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        assert main(["parse", "ches"]) == 2
        assert capsys.readouterr().err == "There is no game “ches”. Did you mean chess?\n"

    def test_text_that_is_no_sentence_stays_as_it_is(self) -> None:
        assert said("White", "de") == "White"
        assert said(say("This is in no catalogue."), "de") == "This is in no catalogue."


@pytest.mark.parametrize(
    "made",
    [
        say("{side} is checkmated.", side=say("White")),
        counted("{n} ply", "{n} plies", n=3),
        joined([say("A draw."), say("It counts for nobody.")]),
    ],
)
def test_a_copy_of_a_sentence_can_be_said_too(made: Sentence) -> None:
    for copied in (copy.copy(made), copy.deepcopy(made)):
        assert copied == made
        assert said(copied, "de") == said(made, "de") != made


def test_the_pseudo_language_finds_what_cannot_be_translated() -> None:
    assert unsaid("White wins.") == ["White", "wins"]
    assert unsaid(say("{side} is checkmated.", side="White")) == ["White"]
    assert not unsaid(say("{side} is checkmated.", side=say("White")))
    assert not unsaid(say("The last mark was {mark} on cell {cell}.", mark="X", cell=3))
    assert not unsaid(say("{name} wins. {why}", name="Ann", why=say("A draw.")), "Ann")


VARIANTS: Final[Mapping[str, tuple[Mapping[str, Any], ...]]] = {
    "chess": ({}, {"variant": "chess960"}, {"opening": "random"}),
    "racing": ({}, {"variant": "classic"}),
    "rock_paper_scissors": ({}, {"rounds": 1}),
    "word_association": ({}, {"strikes": 1}),
    "tic_tac_toe": ({},),
}
REPLIES: Final = (
    *("", "<think>hmm", "I resign", "I offer a draw", "e4 or d4", "Ke8", "Move: Qxh7", "Move: e2e4 no wait d2d4"),
    *("O-O", "O-O-O", "castle", "queen takes rook", "knight takes pawn", "Move: a1b8", "a8=K", "Move: h1h8", "exd5"),
    *("10", "5", "row 0 column 1", "Move: zzz", "Move: {}", "rock and paper", "my move is 1, my move is 2"),
    *("boost", "accelerate or brake", "Move: boost. Actually I am not sure", "Move: sun. Move: moon", "skip", "b@d"),
    *("i think pyramid", "Move: sun or moon", "Move: the", "Move: one two three four five", "pyramid? maybe"),
)
POSITIONS: Final = {
    "chess": (
        "4k3/8/b7/8/8/8/8/4K2R w K - 0 1",
        "rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR w KQkq - 1 3",
        "7k/5Q2/6K1/8/8/8/8/8 b - - 0 1",
        "8/8/8/8/8/4k3/8/4K3 w - - 0 1",
        "r3k2r/8/8/8/4R3/8/8/R3K2R b KQkq - 99 90",
    ),
    "tic_tac_toe": ("XXXOO....", "XOXXOOOXX", "XO......."),
    "rock_paper_scissors": ("3-0", "1-0 of 7"),
    "racing": ("first=60@3 second=59@2", "first=60@3 second=60@2", "variant=classic left=0,0 first=5@1", "first=12@9"),
    "word_association": ("egypt: pyramid, banana", "sun: moon, the, moon, star"),
}


def _played(game: AnyGame, options: Mapping[str, Any], seed: int) -> Iterator[Any]:
    """The positions of a duel between players who choose at random."""
    rng, position = random.Random(seed), game.start(check(game.options, options), seed)
    for _ in range(24):
        yield position
        seats = game.to_move(position)
        if not seats:
            return
        position = game.play(position, {seat: rng.choice(list(game.propose(position, seat))) for seat in sorted(seats)})


def positions(name: str) -> Iterator[Any]:
    game = games.game(name)
    for options in VARIANTS[name]:
        for seed in range(2):
            yield from _played(game, options, seed)
    yield from map(game.read_position, POSITIONS[name])


def _values(board: Board) -> list[str]:
    """The words on a board that are a player's own."""
    return [link.text for link in board.links]


@pytest.mark.parametrize("name", games.names())
class TestGames:
    def test_what_a_game_says_of_itself(self, name: str) -> None:
        game = games.game(name)
        typed = ["Sicilian Defence", *VALUES]
        for text in (game.title, game.summary, *(option.help for option in game.options)):
            assert_all_said(text, *typed)
        for side in game.seats.values():
            assert_all_said(side)

    def test_boards(self, name: str) -> None:
        game = games.game(name)
        for position in positions(name):
            for seat in (None, *game.to_move(position)):
                _assert_board(game, game.board(position, seat), getattr(position, "opening", ""))
            for score in game.score(position).values():
                assert_all_said(score)

    def test_outcomes(self, name: str) -> None:
        game = games.game(name)
        ended = 0
        for position in positions(name):
            outcome: Outcome | None = game.outcome(position)
            ended += outcome is not None
            for end in filter(None, (outcome, game.adjudicate(position))):
                assert_all_said(end.why)
                assert_all_said(termination_said(end.termination))
        assert ended

    def test_refusals(self, name: str) -> None:
        game, refused = games.game(name), 0
        for number, position in enumerate(positions(name)):
            for seat in game.to_move(position) if number % 3 == 0 else ():
                for reply in REPLIES:
                    try:
                        game.parse(position, seat, reply)
                    except UserError as error:
                        refused += 1
                        assert_all_said(error.text, *_quoted(error.text), *reply.split(), *VALUES)
        assert refused

    def test_positions_that_cannot_be_read(self, name: str) -> None:
        for text in (
            "x y",
            "9-9 of 5",
            "egypt: sun, b@d",
            "8/8/8/8/8/8/8/8 w - - 0 1",
            "XXXXXXXXX",
            "first=99@99",
            "left=1",
        ):
            try:
                games.game(name).read_position(text)
            except UserError as error:
                assert_all_said(error.text, text, *text.replace(":", " ").replace("=", " ").split(), *VALUES)


# What is typed: actions, hands, the names of options and their values. Openings are names too.
VALUES: Final = (
    *("accelerate", "maintain", "brake", "boost", "boosts", "circuit", "classic", "rock", "paper", "scissors"),
    *("variant", "length", "seed", "tick", "first", "second", "left", "half", "chess960", "none", "random", "standard"),
)


def _quoted(text: str) -> list[str]:
    return [part.partition("”")[0] for part in text.split("“")[1:]]


def _assert_board(game: AnyGame, board: Board, opening: str) -> None:
    values = (*_values(board), opening, *VALUES)
    assert_all_said(board.alt, *values)
    for caption in board.captions:
        assert_all_said(caption, *values)
    texts = (
        *(track.note for track in board.tracks),
        *(hand.note for hand in board.hands),
        *(link.note for link in board.links),
        *(choice.label for choice in board.choices if game.name != "chess"),
        *(cell.label for cell in board.cells),
    )
    for text in filter(None, texts):
        assert_all_said(text)


@pytest.mark.parametrize(
    "option",
    [
        Option("rounds", "", Kind.INTEGER, least=1, most=9),
        Option("rounds", "", Kind.NUMBER, least=1),
        Option("rounds", "", Kind.BOOLEAN),
        Option("rounds", "", most=3),
        Option("rounds", "", choices=("many", "few")),
    ],
)
@pytest.mark.parametrize("value", ["wrong", "99", "-99", "nan"])
def test_options(option: Option, value: Any) -> None:
    try:
        check([option], {"rounds": value})
    except BadOption as error:
        assert_all_said(error.text, "rounds", "wrong", "many", "few", "nan")


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN])
def test_a_number_that_python_does_not_write(kind: Kind) -> None:
    with pytest.raises(BadOption) as refused:
        check([Option("rounds", "", kind, most=9)], {"rounds": 10**5000})
    assert_all_said(refused.value.text, "rounds")


def test_unknown_names() -> None:
    for known in (["chess"], ["a"] * 3, list(string.ascii_lowercase), []):
        error = UnknownName(say("game"), "ches", known, say("See /duel list."))
        assert_all_said(error.text, "ches", "chess")


@pytest.mark.parametrize("spec", commands(), ids=lambda spec: str(spec.name))
def test_declarations_of_commands(spec: CommandSpec) -> None:
    assert_all_said(spec.help)
    for verb in spec.verbs:
        for text in (verb.help, verb.question, *(option.help for option in verb.options)):
            assert_all_said(text)


@pytest.mark.parametrize("termination", Termination)
def test_the_arenas_own_ends(termination: Termination) -> None:
    assert_all_said(termination_said(termination))


def test_an_end_that_nobody_has_named_is_its_own_name() -> None:
    assert termination_said("golden-goal") == "golden goal"


def test_a_seat_is_a_word_of_its_own() -> None:
    for game in map(games.game, games.names()):
        assert len({said(game.seats[seat], "de") for seat in Seat}) == 2
