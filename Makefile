# Stödlotsen. `make` lists what there is.

PORT ?= 5005
QUESTIONS ?= tests/questions

SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
STODLOTS := $(PYTHON) -m bot.cli
KNOWLEDGE := .work/knowledge.db
MODEL := models/stodlotsen.tar.gz

LOCKED := pyproject.toml uv.lock $(shell find stubs -name '*.py' -o -name '*.toml')
CONTENT := $(shell find data/knowledge data/language -type f 2>/dev/null)
LOADING := $(shell find bot/knowledge -name '*.py')
TRAINING := config.yml domain.yml $(shell find data/nlu data/rules data/language -type f) $(shell find bot/nlu -name "*.py") \
	bot/knowledge/features.py bot/knowledge/learning.py bot/knowledge/linking.py bot/knowledge/parts.py \
	bot/knowledge/spelling.py bot/knowledge/swedish.py

export RASA_TELEMETRY_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help install build train serve ask chat evaluate test test-web test-chat check format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.runtime ## install the locked environment, without development tools

build: $(KNOWLEDGE) ## build the knowledge database, if it is older than data/knowledge

train: $(MODEL) ## train the model, if it is older than what it is trained from

serve: $(MODEL) $(KNOWLEDGE) ## do all of this and start the assistant on 127.0.0.1:5005 (PORT=… changes it)
	@echo "Starting on 127.0.0.1:$(PORT) …"
	@STODLOTS_PORT=$(PORT) exec $(STODLOTS) serve

chat: $(MODEL) $(KNOWLEDGE) ## talk with the assistant in the terminal
	@exec $(STODLOTS) chat

evaluate: $(MODEL) $(KNOWLEDGE) ## score the answers to QUESTIONS (RIVALS=1 stock Rasa too, URL=… one that runs)
	@$(STODLOTS) evaluate --questions $(QUESTIONS) $(if $(URL),--url $(URL)) $(if $(RIVALS),--rivals) \
		$(if $(KEEP),--keep) || [ $$? -eq 130 ]

test: .venv/.dev $(MODEL) $(KNOWLEDGE) ## run the whole test suite
	@$(PYTHON) -m pytest

test-web: .venv/.dev $(MODEL) $(KNOWLEDGE) ## try the web page in Chromium, and production behind nginx
	@scripts/test-web

test-chat: .venv/.dev $(MODEL) $(KNOWLEDGE) ## try Teams and Telegram from end to end
	@scripts/test-chat

check: .venv/.dev ## run the linters and the type checker
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --no-logo

format: .venv/.dev ## format the code and put right what the linter can
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

clean: ## remove what was built, trained and installed here (conversations in .work too)
	@rm -rf .venv .uv .work .rasa models results .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.runtime: $(LOCKED)
	@scripts/install
	@touch $@

.venv/.dev: $(LOCKED)
	@scripts/install --dev
	@touch .venv/.runtime $@

$(KNOWLEDGE): $(CONTENT) $(LOADING) | .venv/.runtime
	@echo "Building the knowledge database …"
	@$(STODLOTS) build

$(MODEL): $(TRAINING) | .venv/.runtime $(KNOWLEDGE)
	@echo "Training the model; the output goes to .work/train.log …"
	@$(STODLOTS) train
