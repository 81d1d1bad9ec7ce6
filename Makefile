# One command each; every one sets itself up in .venv first and fails when a step fails.
.SHELLFLAGS := -ec
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/.stamps
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
# A shim may exist and yet not run, so each candidate is asked for its version.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12), (3, 13)))' >/dev/null 2>&1 \
	&& { echo $$p; break; }; done)
# Kernels that were compiled before files moved are found by name, and no longer load.
FORGET := find . -path ./.venv -prune -o -name '*.nb[ci]' -exec rm -f {} +
# The Python that has torch, where one has it: `make gpu` uses what the machine has, and adds the rest.
GPU_PYTHON ?= python3
WHEELS ?= wheels
ARGS   ?=
PYTEST := $(BIN)/python -m pytest

.PHONY: help play install check test test-all bench gpu clean

help:           ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Reskin needs Python 3.11, 3.12 or 3.13 and found none of them on the PATH." >&2; \
	  echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment: its venv or ensurepip module is missing." >&2; \
	  echo "Install it (Debian, Ubuntu: apt-get install python3-venv) and call make again." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The light set: everything that playing and recording need, and no torch.
$(STAMPS)/play: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what playing needs into $(VENV) (once)."
	$(PIP) install -c constraints.txt -e '.[video]'
	@$(FORGET)
	@mkdir -p $(STAMPS); touch $@

$(STAMPS)/all: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing everything, torch included, into $(VENV) (once)."
	$(PIP) install -c constraints.txt -e '.[dev]'
	@$(FORGET)
	@mkdir -p $(STAMPS); touch $@ $(STAMPS)/play

$(STAMPS)/diffusion: $(STAMPS)/all
	$(PIP) install -c constraints.txt -e '.[dev,diffusion]'
	@touch $@

# NVRTC and a disassembler, to compile the CUDA kernels without a GPU: 161 MB. A torch with CUDA brings its own
# NVRTC. Where there are none for this platform, the tests that need them are skipped, and say so.
$(STAMPS)/compiler: constraints-cuda.txt $(STAMPS)/all
	@$(BIN)/python -c 'from cuda.bindings import nvrtc; nvrtc.nvrtcVersion()' 2>/dev/null \
	  || $(PIP) install -c constraints-cuda.txt cuda-bindings nvidia-cuda-nvrtc \
	  || echo "No compiler for CUDA kernels here; their compilation is not tested." >&2
	@$(PIP) install -c constraints-cuda.txt nvidia-cuda-nvdisasm \
	  || echo "No disassembler for CUDA kernels here; their machine code is not tested." >&2
	@touch $@

play: $(STAMPS)/play     ## play the miner; without a display, record it and print the figures
	$(BIN)/reskin play $(ARGS)

install: $(STAMPS)/all   ## everything for learning and developing into .venv

check: $(STAMPS)/all     ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

test: check $(STAMPS)/compiler  ## check, and every test that needs no GPU and is not slow
	$(PYTEST) -n 2 --dist loadfile $(ARGS)

test-all: check $(STAMPS)/compiler $(STAMPS)/diffusion  ## the slow tests too, and those of the extra diffusion
	$(PYTEST) -n 2 --dist loadfile -m 'not speed and not gpu' $(ARGS)

bench: $(STAMPS)/all     ## measure drawing, every runtime and stage, and a baseline
	$(PYTEST) -m speed
	$(BIN)/python -m benchmarks $(ARGS)

gpu:            ## on a GPU: tests, pictures and speed in six minutes; WHEELS=folder where there is no network
	$(GPU_PYTHON) benchmarks/gpu/prepare.py --venv .venv-gpu --wheels $(WHEELS)
	.venv-gpu/bin/python -m benchmarks.gpu $(ARGS)

clean:          ## remove the environment, caches and recordings
	rm -rf $(VENV) .venv-gpu build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis recordings
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
