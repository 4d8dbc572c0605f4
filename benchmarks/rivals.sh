#!/usr/bin/env bash
# Makes the environments of rivals that get along with none of ours. Usage: rivals.sh [textarena|flask]
#   textarena  .venv-rivals: TextArena, whose Chess needs Python 3.12 or newer
#   flask      .venv-rivals-flask: flask-discord-interactions, with the Python that runs the arena
set -euo pipefail
cd "$(dirname "$0")/.."

install() { # environment, python, packages
  "$2" -m venv "$1"
  "$1/bin/python" -m pip install --disable-pip-version-check --quiet "${@:3}" || { rm -rf "$1"; exit 1; }
}

case "${1:-textarena}" in
flask)
  [ -x .venv-rivals-flask/bin/python ] ||
    install .venv-rivals-flask .venv/bin/python flask-discord-interactions==2.1.2 flask==3.1.3 \
      apig-wsgi==2.20.0 pynacl==1.6.2
  exit 0
  ;;
textarena)
  [ -x .venv-rivals/bin/python ] && exit 0
  for candidate in "${PYTHON312:-}" python3.13 python3.12 "$HOME"/.pyenv/versions/3.1[23].*/bin/python3; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
      install .venv-rivals "$candidate" textarena==0.7.4 chess==1.11.2
      exit 0
    fi
  done
  echo "No Python 3.12 or newer found: set PYTHON312 to one." >&2
  exit 1
  ;;
*)
  echo "There is no rival “$1”: textarena or flask." >&2
  exit 1
  ;;
esac
