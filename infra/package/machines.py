"""The architectures that Lambda runs, and the proof that a file is for one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ELF: Final = b"\x7fELF"
_MACHINE: Final = slice(18, 20)
"""``e_machine`` of an ELF header, little-endian: System V Application Binary Interface, chapter 4."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """``name`` is Lambda's, ``platforms`` are those of wheels (PEP 600), the newest first; Lambda has glibc 2.34."""

    name: str
    machine: int
    platforms: tuple[str, ...]


def _architecture(name: str, wheels: str, machine: int) -> Architecture:
    newest = ("manylinux_2_34", "manylinux_2_28", "manylinux_2_27", "manylinux_2_26", "manylinux_2_17")
    return Architecture(name, machine, tuple(f"{one}_{wheels}" for one in (*newest, "manylinux2014")))


ARM64: Final = _architecture("arm64", "aarch64", 0xB7)
X86_64: Final = _architecture("x86_64", "x86_64", 0x3E)
ARCHITECTURES: Final = {one.name: one for one in (ARM64, X86_64)}


def machine_of(content: bytes) -> int | None:
    """The machine that a binary is for; ``None`` for what is no binary."""
    if not content.startswith(_ELF):
        return None
    return int.from_bytes(content[_MACHINE], "little")
