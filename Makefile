# The few commands a person types. The main job itself is `snakemake --cores 4`.
CORES ?= 4
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help report crosscheck submission replay test check bench pictures lock clean
.DEFAULT_GOAL := help

help:            ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/'

.venv/.complete: envs/lock.txt envs/install.sh
	PYTHON=$(PYTHON) sh envs/install.sh

report: .venv/.complete   ## build results/report/report.pdf
	snakemake --cores $(CORES)

crosscheck: .venv/.complete   ## every number of the results again, by R, into results/crosscheck (needs R)
	sh envs/install-r.sh
	snakemake --cores $(CORES) crosscheck

submission: .venv/.complete   ## the package for a regulator, into results/package
	snakemake --cores $(CORES) submission

replay: submission        ## the package rebuilt by its own programs, into a new temporary folder
	cd results/package && python m5/datasets/*/analysis/adam/programs/replay.txt \
	  --package . --out "$$(mktemp -d)/replay"

test: .venv/.complete     ## run the tests
	python -m pytest

check: .venv/.complete    ## formatting, lint and types
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile rules
	snakemake --lint
	mypy

bench: .venv/.complete    ## calibration and speed, into results/bench/summary.json (needs R)
	sh envs/install-r.sh
	python -m tests.bench

pictures: report          ## draw the pictures of the README from the report
	python -m scripts.report.picture_pages results/report/report.pdf tests/trial/pictures \
	  s_synopsis t_primary f_courses

lock: .venv/.complete     ## make the locks again (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file envs/lock.txt
	uv pip compile envs/core.in --universal --python-version 3.12 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file envs/core-lock.txt

# What people did stays: the run ledger, altered copies set aside, signatures.
clean:                    ## remove everything the workflow made; the run ledger stays
	rm -rf .snakemake
	find results -mindepth 1 ! -name README.md ! -path results/audit ! -path results/audit/ledger.jsonl \
	  ! -path 'results/audit/altered*' ! -path 'results/audit/signatures*' -delete
