"""The command line's own words: a mistake is one line that says what to do, in the reader's language."""

from __future__ import annotations

from functools import partial

import pytest

from bot.arguments import said_anew
from bot.catalogue import said
from bot.cli import main, parser

MISTAKES = [
    ("", "This is missing: COMMAND. See: arena --help", "Es fehlt: COMMAND. Siehe: arena --help"),
    ("dul", "choose duel. See: arena --help", "Wähle duel. Siehe: arena --help"),
    ("register slack", "platform cannot be “slack”: choose discord.", "platform kann nicht „slack“ sein"),
    ("duel --moves foo", "choose free, listed or constrained.", "Wähle free, listed oder constrained."),
    ("duel --seed x", "--seed must be a whole number, not “x”.", "--seed muss eine ganze Zahl sein"),
    ("cost --model-seconds x", "--model-seconds must be a number", "--model-seconds muss eine Zahl sein"),
    ("duel --seed", "--seed wants a value after it.", "--seed braucht einen Wert dahinter."),
    ("duel --se 3", "--se could be any of --set, --seed", "--se könnte"),
    ("migrate", "This is missing: --from, --to.", "Es fehlt: --from, --to."),
    ("games extra", "This is not understood: extra.", "Das ist unverständlich: extra."),
]


@pytest.mark.parametrize(("typed", "english", "german"), MISTAKES)
def test_a_mistake_is_one_line_in_both_languages(
    typed: str, english: str, german: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, says in (("C", english), ("de_DE.UTF-8", german)):
        monkeypatch.setenv("LC_ALL", language)
        with pytest.raises(SystemExit) as ended:
            main(typed.split())
        told = capsys.readouterr().err
        assert ended.value.code == 2
        assert says in told
        assert told.count("\n") == 1


@pytest.mark.parametrize("command", ["", "duel", "cost", "migrate", "sprt"])
def test_help_has_no_english_word_of_argparse_in_german(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser(partial(said, language="de")).parse_args([*command.split(), "--help"])
    shown = capsys.readouterr().out
    assert shown.startswith("Aufruf: arena")
    for word in ("usage", "options", "positional", "arguments", "show", "default"):
        assert word not in shown


def test_an_error_that_is_not_known_stays_as_it_is() -> None:
    assert said_anew("argument --x: not allowed with argument --y") == "argument --x: not allowed with argument --y"
