# `make run` and `make test` need Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes

# Modules are compiled once, not in each of the many processes that tests start.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: month run run-bot test test-machines test-postgresql machines quick outages attack check coverage bench load lint format lock audit licences release pictures clean

run: $(VENV)/.sandbox
	$(BIN)/python -m sandbox $(ARGS)

run-bot: $(VENV)/.run
	$(BIN)/python -m bot

# Two processes a core, because many tests wait; one that has finished takes over tests of the others.
PYTEST := $(BIN)/python -m pytest -n $$(($$(nproc 2>/dev/null || echo 2) * 2)) --dist worksteal
test: $(VENV)/.dev
	$(PYTEST) -m "not machines" $(ARGS)

# Several processes and machines on one PostgreSQL; only the files that have such tests are read.
test-machines: $(VENV)/.dev
	$(PYTEST) -m machines $$(grep -rl --include='*.py' 'mark\.machines' tests) $(ARGS)

# For the night: the whole suite on PostgreSQL with the tests of several processes and machines, then each journey on two
# processes that serve the web and two that work.
test-postgresql: $(VENV)/.dev
	DATABASE_URL=postgresql $(PYTEST) $(ARGS)
	DATABASE_URL=postgresql PROCESSES=several $(PYTEST) tests/journeys $(ARGS)

# Ten machines lost for good in the midst of much work, each at another moment; prints how long the work took.
machines: $(VENV)/.dev
	MACHINES=10 $(BIN)/python -m pytest -q -s tests/crash/test_machine_lost.py $(ARGS)

# Each part of the outside away in each kind, for 10 s and for an hour by a moved clock; prints the counts.
outages: $(VENV)/.dev
	OUTAGES=all $(BIN)/python -m pytest -q -s tests/journeys/test_outage_matrix.py $(ARGS)

# Attacks from outside: another firm, a stranger, forged posts, hostile texts and files, and a week of attackers beside 200
# firms; prints its counts and figures.
ATTACKED := tests/attack tests/services/test_access.py tests/services/test_caps.py tests/dialogs/people/test_chats.py \
	tests/gateways/test_bank_webhooks.py tests/gateways/workbooks tests/bot/test_webhooks.py tests/bot/test_hanging.py \
	tests/bot/test_uploads.py tests/bot/test_exposure.py tests/bot/test_genuine.py tests/bot/zalo/test_webhook.py \
	tests/bot/zalo/test_strangers.py tests/storage/test_files_on_disk.py tests/domain/test_codes.py tests/domain/test_link_codes.py
attack: $(VENV)/.dev
	ATTACK=long $(BIN)/python -m pytest -q -s $(ATTACKED) $(ARGS)

# What needs no browser, no PostgreSQL, no whole program and kills nothing; with few examples of Hypothesis. Hardly
# any of these tests wait, so there is one process a core.
quick: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal --hypothesis-profile quick \
		-m "not (browser or kill or postgresql or long)" $(ARGS)

# A month of 5,000 accountants on an Official Account, with a moved clock and no network: what their messages cost, by way
# and kind, and the price of an order. One in four is played, which takes about ten minutes of one core; `ARGS="--each 1"`
# plays everybody, `ARGS="--people 800"` takes two minutes.
month: $(VENV)/.dev
	$(BIN)/python -m tests.month $(ARGS)

check: lint test

# Branch coverage by room; fails where domain/ or services/ is below its floor. A process that is killed, such as
# the reader of workbooks, counts nothing.
COVERED := domain services texts storage gateways dialogs bot
coverage: $(VENV)/.dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --dist worksteal $(COVERED:%=tests/%) $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage json --quiet -o build/coverage/coverage.json
	$(BIN)/python -m tests.coverage_by_room build/coverage/coverage.json

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench $(ARGS)

# People at the running bot, all at once: docs/load.md.
load: $(VENV)/.dev
	$(BIN)/python -m tests.load $(ARGS)

# Screenshots of docs/ and README, made by walking the sandbox in a browser.
pictures: $(VENV)/.dev
	$(BIN)/python -m docs.pictures

# Locks carry hashes and no index addresses. `run` is the bot, `watch` adds Sentry and OpenTelemetry, `sandbox` what `make run`
# needs, `dev` the tests, which run on the very versions of the bot.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml
lock: $(VENV)/.dev
	$(COMPILE) --extra sandbox --extra watch --group dev --output-file requirements/dev.txt
	$(COMPILE) --extra sandbox --constraint requirements/dev.txt --output-file requirements/sandbox.txt
	$(COMPILE) --constraint requirements/dev.txt --output-file requirements/run.txt
	$(COMPILE) --extra watch --constraint requirements/dev.txt --output-file requirements/watch.txt

# Known advisories of what the bot runs on, from osv.dev; fails as well where they can't be had.
audit: $(VENV)/.dev
	$(BIN)/python -m requirements.audit

# A release, behind which nothing is merged before its tag: the version in three places, and the databases that the very
# program of the release leaves, once on SQLite and once on PostgreSQL. `make release VERSION=0.3.0`
release: $(VENV)/.dev
	perl -pi -e 's/^(__version__|version) = "\S+"$$/$$1 = "$(VERSION)"/' bot/__init__.py pyproject.toml
	perl -pi -e 's/^## \[Unreleased\]$$/$$&\n\n## [$(VERSION)]/' CHANGELOG.md
	$(BIN)/python -m tests.fixtures.make

# Licences of what the bot runs on, after `make lock`.
licences: $(VENV)/.dev
	$(BIN)/python -m requirements.licences > docs/licences.md

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt | $(VENV)/bin/python
	$(PIP) -r requirements/run.txt
	touch $@

$(VENV)/.sandbox: requirements/sandbox.txt | $(VENV)/bin/python
	$(PIP) -r requirements/sandbox.txt
	touch $@ $(VENV)/.run

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/python
	$(PIP) -r requirements/dev.txt
	touch $@ $(VENV)/.run $(VENV)/.sandbox

clean:
	rm -rf $(VENV) .sandbox
