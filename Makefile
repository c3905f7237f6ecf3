# make run   a filled, clickable station at the printed address; Ctrl-C stops everything
# make test  the whole suite
PYTHON = .venv/bin/python
export PYTHONUNBUFFERED = 1

.PHONY: setup run test lint drills bench lock doctor

setup:
	@bash station/devkit/setup

run: setup
	@DEVELOPMENT=$${DEVELOPMENT:-1} exec $(PYTHON) manage.py run --end-with-parent

test: setup
	@$(PYTHON) -m station.devkit.gates

lint: setup
	@$(PYTHON) -m station.devkit.gates --without-tests

drills: setup
	@$(PYTHON) -m pytest tests/rules --hypothesis-profile thorough
	@$(PYTHON) -m pytest -m drill --timeout 1800

bench: setup
	@$(PYTHON) manage.py bench

doctor: setup
	@$(PYTHON) manage.py doctor

# Both locks carry hashes for every platform and name no host.
LOCK = uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --python-version 3.12 --quiet
lock:
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --group embedded --group test --group dev --output-file requirements-dev.lock
