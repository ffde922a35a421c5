# Everything starts here; `make` alone lists the targets. A target does only what is not done yet.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
CALLCENTER := $(PY) -m callcenter
CONSOLE := agent_console
CODE := callcenter tests bench
export NPM_CONFIG_UPDATE_NOTIFIER := false
# What a change of needs a new installation; contents decide, not dates.
NEEDS := $(shell cat setup.cfg pyproject.toml requirements.lock | sha256sum | cut -c1-16)
RUN_STAMP := $(VENV)/.installed-run-$(NEEDS)
DEV_STAMP := $(VENV)/.installed-dev-$(NEEDS)

PURE := tests/calls tests/acd tests/ivr tests/switchboard tests/simulate tests/forms tests/test_engine.py \
	tests/test_purity.py --ignore=tests/simulate/test_theory.py --ignore=tests/simulate/test_command.py

# Calls take time rather than the processor's: two files of them run at once (below a short path, since names of sockets
# are short), and what needs no telephone runs beside them, out of their way. Status 5 of pytest is "nothing to do", as
# when PYTEST names tests of one kind only.
define RUN_TESTS
log=var/tests-without-telephone.log; \
nice -n 19 $(PY) -m pytest -m "not real" $(PYTEST) > $$log 2>&1 & pure=$$!; \
trap "kill $$pure 2> /dev/null" EXIT; \
place=$$(mktemp -d /tmp/cc-XXXX); \
$(PY) -m pytest -m real --numprocesses 2 --dist loadfile --basetemp=$$place/t $(PYTEST); real=$$?; \
[ $$real -ne 0 ] || rm -rf $$place; \
wait $$pure; pure=$$?; trap - EXIT; cat $$log; \
echo "with telephones: status $$real; without: status $$pure (0 passed, 5 none chosen)"; \
case "$$real $$pure" in "0 0" | "0 5" | "5 0") ;; *) exit 1 ;; esac
endef

.PHONY: help setup run demo test test-fast check format bench bench-large clean stop debian-packages dev console

help:  ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(RUN_STAMP)  ## prepare all that `run` needs: Asterisk, console, database, demo centre, prompts
	@$(CALLCENTER) setup

run: $(RUN_STAMP)  ## prepare what is missing, start everything, print address and accounts; Ctrl-C stops
	@exec $(CALLCENTER) run

demo: $(RUN_STAMP)  ## as run, with robots that call and robots that answer
	@exec $(CALLCENTER) run --robots

stop: $(RUN_STAMP)  ## stop what `run` started from another terminal
	@$(CALLCENTER) stop

test: dev debian-packages  ## all set-up, then all tests: Python, real calls, browser, console
	@$(CALLCENTER) setup
	@$(RUN_TESTS)
	@PATH="$$($(CALLCENTER) setup --node-path):$$PATH" && cd $(CONSOLE) && npm test && npm run check

test-fast: dev  ## the pure rooms and the engine's loop (seconds)
	$(PY) -m pytest $(PURE) $(PYTEST)

check: dev  ## format, lint, types, import contract, console types
	$(VENV)/bin/ruff format --check $(CODE)
	$(VENV)/bin/ruff check $(CODE)
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	@PATH="$$($(CALLCENTER) setup --node-path):$$PATH" && cd $(CONSOLE) && npm run check

format: dev  ## bring the Python sources into the house format
	$(VENV)/bin/ruff format $(CODE)
	$(VENV)/bin/ruff check --fix $(CODE)

bench: dev  ## measure; results go to bench/results.json
	@$(CALLCENTER) setup
	$(PY) -m bench

bench-large: dev debian-packages  ## the store with ten million calls, on SQLite and PostgreSQL (hours; 50 GB in /tmp)
	$(PY) -m bench.large

clean:  ## remove what was built and installed; records (var/callcenter.db, recordings/) stay
	rm -rf $(VENV) $(CONSOLE)/node_modules $(CONSOLE)/dist var/asterisk *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

dev: $(DEV_STAMP)

$(PY):
	@.ci/venv $(VENV)

$(RUN_STAMP): $(PY)
	@echo "Installing the Python packages (once; about a minute) ..."
	@$(PIP) install --constraint requirements.lock --editable .
	@rm -f $(VENV)/.installed-run-*; touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo "Installing the packages for tests and checks ..."
	@$(PIP) install --constraint requirements.lock --editable '.[dev]'
	@rm -f $(VENV)/.installed-dev-*; touch $@

debian-packages:
	@.ci/debian-packages
