PYTHON ?= python3
BIN := .venv/bin

.PHONY: install run test lint bench lock

install: .venv/.installed .venv/.learned

.venv/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# The readers learn our phrasings once at set-up, so that the first answer does not wait for it.
.venv/.learned: .venv/.installed knowledge/reading.py knowledge/spelling.py knowledge/data/thesaurus.toml $(wildcard knowledge/data/questions/* knowledge/data/talks/* knowledge/talks/*.py)
	$(BIN)/python -m knowledge.reading
	$(BIN)/python -m knowledge.talks
	touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

run: install
	$(BIN)/yanlu run

lint: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: install lint
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term

bench: install
	for kind in start ask retrieval chat; do $(BIN)/yanlu bench $$kind --json || exit 1; done

lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet pip-tools
	.venv-lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-header --no-annotate -o requirements.lock pyproject.toml
	.venv-lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-header --no-annotate --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	rm -rf .venv-lock
