"""Keeps the catalogues of ``bot/locale`` in step with the sentences in the arena's packages.

Collects every template of ``say(…)`` and ``counted(…)``, merges them into each language's ``arena.po`` (translations
stay, sentences that are gone go), compiles ``arena.mo``, and lists what is still to be translated. ``--check`` writes
nothing and only says whether there is anything to do. Needs Babel. The same sources give the same bytes.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "bot" / "locale"
MODELS = ROOT / "engine" / "providers" / "catalogue.toml"
KEYWORDS = {"say": None, "counted": (1, 2)}

Key = str | tuple[str, str]


class Bare(Catalog):
    """A catalogue whose header holds what gettext needs and nothing that changes by itself."""

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]

    mime_headers = property(_get_mime_headers, Catalog._set_mime_headers)


def collected() -> list[Key]:
    """Every template that is said somewhere, sorted; one that counts as (singular, plural)."""
    found: dict[str, Key] = {}
    for key in (*_in_sources(), *_in_models()):
        one = key if isinstance(key, str) else key[0]
        if isinstance(found.get(one, ""), str):
            found[one] = key
    return [found[one] for one in sorted(found)]


def _in_sources() -> Iterator[Key]:
    for folder in ("engine", "bot", "lambda_interactions", "infra"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for _, key, _, _ in extract_from_file("python", path, KEYWORDS):
                yield key if isinstance(key, str) else (key[0], key[1])


def _in_models() -> Iterator[Key]:
    """What is said of models stands in their table."""
    vendors = tomllib.loads(MODELS.read_text("utf-8"))
    for vendor in vendors.values():
        yield from (entry["about"] for entry in vendor["models"].values() if "about" in entry)


def merged(language: str, old: Catalog) -> Bare:
    """A catalogue of just the collected templates, with the translations that there are."""
    fresh = Bare(locale=language, header_comment=f"# The arena's sentences in the language {language}.", fuzzy=False)
    for key in collected():
        message = fresh.add(key)
        known = old.get(key if isinstance(key, str) else key[0])
        if known is not None and known.pluralizable == message.pluralizable:
            message.string = known.string
    return fresh


def untranslated(catalogue: Catalog) -> list[Message]:
    """The messages that some form of is missing."""
    return [message for message in catalogue if message.id and not _is_whole(message)]


def _is_whole(message: Message) -> bool:
    return all(message.string) if message.pluralizable else bool(message.string)


def read(path: Path) -> Catalog:
    """A catalogue as it stands in the file; an empty one when there is none."""
    language = path.parent.parent.name
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def written(catalogue: Catalog) -> bytes:
    """The catalogue as the text that people translate."""
    file = BytesIO()
    write_po(file, catalogue, width=110, no_location=True, sort_output=True)
    return file.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as :mod:`gettext` reads it; what is not translated yet is left out, so that it is English."""
    whole = Bare(locale=catalogue.locale, fuzzy=False)
    for message in catalogue:
        if message.id and _is_whole(message):
            whole.add(message.id, message.string)
    file = BytesIO()
    write_mo(file, whole)
    return file.getvalue()


def main() -> int:
    """0 when every language is complete and its files are fresh, or have been made so."""
    check, left = "--check" in sys.argv, 0
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/arena.po")):
        catalogue = merged(path.parent.parent.name, read(path))
        files = {path: written(catalogue), path.with_suffix(".mo"): compiled(catalogue)}
        for file, content in files.items():
            if not file.exists() or file.read_bytes() != content:
                print(f"{file.relative_to(ROOT)} is {'not in step' if check else 'written'}")
                left += check
                if not check:
                    file.write_bytes(content)
        for message in untranslated(catalogue):
            print(f"{catalogue.locale} lacks {message.id!r}")
            left += 1
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
