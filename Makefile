# What can be done in a checkout. The logic is in tools/ and cli/; every line here is a command that one may type.

.DEFAULT_GOAL := help
.PHONY: help setup reproduce test test-slurm fuzz lint types schemas kernel operations gpu-kernels docs format check check-long bench doctor clean distclean node

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: node ## bring Node, the npm packages and TensorFlow (TF=cuda for NVIDIA GPUs), build the binding
	@node tools/setup.mjs

# The report is there before the first training: a sample of the official numerics and what the published numbers alone say.
# Trainings and report go on where the sample differs; the exit code says so in the end.
reproduce: setup ## check a sample of the official numerics, run the default suite on the embedded data, write the report
	@node cli/bin.js verify --sample; parity=$$?; \
	  node cli/bin.js ingest && node cli/bin.js report && \
	  node cli/bin.js run default --scale proxy && exit $$parity

test: setup ## run the tests (FILES="tests/engine ..." for some of them)
	@node tools/test.mjs $(FILES)

test-slurm: setup ## run the tests on a Slurm of their own, of one node (Debian, Ubuntu: apt-get install slurm-wlm munge)
	@node tools/test.mjs tests/slurm

lint: setup ## check style and format
	@node_modules/.bin/biome ci .

types: setup ## check types
	@node_modules/.bin/tsc --noEmit

schemas: setup ## write what is generated: JSON Schemas (contract, suites, recipes), the lists of docs/database.md
	@node tools/schemas.mjs

gpu-kernels: setup ## ask the CUDA build which kernels it has for the operations that we record (tests/bench/fixtures)
	@node tools/gpu-kernels.mjs

docs: setup ## build the guides as a site in docs/out, and check every link in it
	@node tools/docs.mjs

kernel: setup ## compile what decodes and resizes pictures (runners/data/**/kernel)
	@node tools/kernel.mjs

operations: setup ## count operations and shapes of every network, by which plan estimates GPU-hours and refuses pairs
	@node tools/operations.mjs

format: setup ## rewrite the sources in the project's style
	@node_modules/.bin/biome check --write .

check: lint types test ## lint, types and tests

check-long: setup ## the long checks: every suite at scale smoke, twice; tests without their protections
	@node tools/test.mjs tests/long

fuzz: setup ## attack the readers of files for some minutes each (FUZZ="suites coco --seconds 600", FUZZ=--help)
	@node tools/fuzz.mjs $(FUZZ)

bench: setup ## measure steps, cohorts, methods, ingest and report
	@node cli/bin.js bench

doctor: node ## say what is there and what is missing
	@node cli/bin.js doctor

clean: ## remove what runs and reports made; the cache of make setup stays
	rm -rf runs results.duckdb results.duckdb.wal reports/out docs/out

distclean: clean ## remove what make setup brought, too; fetched data stays
	rm -rf node_modules .setup.lock
	cd "$${REDISTILL_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/redistill}" 2>/dev/null && \
	  rm -rf node tensorflow binding unfinished setup.lock || true

node:
	@command -v node >/dev/null || { echo 'Not found: Node; install Node 20 or newer (Debian, Ubuntu: apt-get install nodejs npm), then run make again.' >&2; exit 3; }
