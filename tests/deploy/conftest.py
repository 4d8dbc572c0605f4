"""An arena on the local AWS, its buckets, and a clock that moves when somebody waits."""

from __future__ import annotations

from release_support import arena, buckets, distribution, hands  # noqa: F401 (fixtures for every test here)
