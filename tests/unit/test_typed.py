"""Typed commands: what is read from a line, and what a slip is told."""

from __future__ import annotations

import pytest

from bot.typed import read, settings
from engine.errors import BadOption, UnknownName, UserError


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (
            "/duel start chess local/smollm2 engine/novice",
            {"game": "chess", "first": "local/smollm2", "second": "engine/novice"},
        ),
        (
            "/duel start chess me engine/stockfish:elo=1500 seed:7",
            {"game": "chess", "first": "me", "second": "engine/stockfish:elo=1500", "seed": "7"},
        ),
        (
            "/DUEL START second:me chess ollama/llama3:8b",
            {"game": "chess", "first": "ollama/llama3:8b", "second": "me"},
        ),
        (
            '/duel start chess a/b c/d opening:"Sicilian Defence" variant:standard',
            {
                "game": "chess",
                "first": "a/b",
                "second": "c/d",
                "settings": 'opening:"Sicilian Defence" variant:"standard"',
            },
        ),
        (
            "/duel start chess a/b c/d opening:Sicilian Defence fen:8/8/8/8/8/8/8/8 w - - 0 1 seed:3",
            {
                "game": "chess",
                "first": "a/b",
                "second": "c/d",
                "seed": "3",
                "settings": 'opening:"Sicilian Defence" fen:"8/8/8/8/8/8/8/8 w - - 0 1"',
            },
        ),
        ("  /duel   move   castle kingside  ", {"move": "castle kingside"}),
        ("/duel move I'd castle", {"move": "I'd castle"}),
        ("/duel move e4 duel:abcd at:3", {"move": "e4", "duel": "abcd", "at": "3"}),
        ("/duel draw", {}),
        ("/duel export last pgn", {"duel": "last", "format": "pgn"}),
        ("/arena help duel start", {"about": "duel start"}),
        ("/help", {}),
        ("/help duel start", {"about": "duel start"}),
        ("/duel help", {"about": "duel"}),
        ("/duel help start", {"about": "duel start"}),
        ("/leaderboard HELP show", {"about": "leaderboard show"}),
        ('/duel challenge "@Quick Fox" chess', {"opponent": "@Quick Fox", "game": "chess"}),
        ('/duel challenge @"Quick Fox" chess', {"opponent": "@Quick Fox", "game": "chess"}),
        ('/duel challenge game:chess opponent:@"Quick Fox"', {"opponent": "@Quick Fox", "game": "chess"}),
        (
            "/duel start chess a/b c/d settings:position:5 opening:random",
            {"game": "chess", "first": "a/b", "second": "c/d", "settings": 'opening:"random" position:"5"'},
        ),
    ],
)
def test_a_line_is_read(text: str, options: dict[str, str]) -> None:
    assert read(text).options == options


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("", BadOption, "slash"),
        ("duel start", BadOption, "slash"),
        ("/fight", UnknownName, "/duel"),
        ("/duel strat", UnknownName, "start"),
        ("/duel", BadOption, "needs one of: start, .*What they do: /duel help"),
        ("/duel resign a b", BadOption, "one word too many"),
        ("/duel challenge @Quick Fox chess", BadOption, 'in quotes: "@Quick Fox"'),
        ("/duel start chess a/b c/d opening:random opening:italian", BadOption, "opening is given twice"),
        ("/duel start chess a/b c/d settings:opening:random opening:italian", BadOption, "opening is given twice"),
        ("/duel start chess a/b c/d seed:1 seed:2", BadOption, "seed is given twice, as “1” and as “2”"),
    ],
)
def test_a_slip_is_told_what_to_write(text: str, error: type[UserError], says: str) -> None:
    with pytest.raises(error, match=says):
        read(text)


def test_settings_keep_spaces_in_quotes() -> None:
    assert settings('opening:"Sicilian Defence" variant:standard') == {
        "opening": "Sicilian Defence",
        "variant": "standard",
    }
    assert settings(None) == {}
    with pytest.raises(BadOption, match="name:value"):
        settings("chess960")
    with pytest.raises(BadOption, match="variant is given twice"):
        settings("variant:chess960 variant:standard")


def test_settings_survive_the_way_through_a_command() -> None:
    typed = read('/duel start chess a/b c/d opening:"Sicilian Defence" variant:standard')
    assert settings(typed.options["settings"])["opening"] == "Sicilian Defence"
