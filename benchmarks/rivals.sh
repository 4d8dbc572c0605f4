#!/usr/bin/env bash
# Makes .venv-rivals: TextArena in an environment of its own. Its Chess needs Python 3.12 or newer.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .venv-rivals/bin/python ] && exit 0
for candidate in "${PYTHON312:-}" python3.13 python3.12 "$HOME"/.pyenv/versions/3.1[23].*/bin/python3; do
  if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
    "$candidate" -m venv .venv-rivals
    .venv-rivals/bin/python -m pip install --disable-pip-version-check --quiet textarena==0.7.4 chess==1.11.2
    exit 0
  fi
done
echo "No Python 3.12 or newer found: set PYTHON312 to one." >&2
exit 1
