# Two commands: `make demo` runs the article on an embedded AWS, `make test` checks everything.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: demo test test-all lint bench bench-boot bench-service scenarios docs install setup components cis conformance clean

UV_VERSION := 0.13.9
CACHE := .cache
UV := $(CACHE)/uv/bin/uv
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Hundreds of commands run in the tests, and each would compile what it imports.
unexport PYTHONDONTWRITEBYTECODE

demo: setup
	@demo/run

# What nodes run is built in the background meanwhile; the tests that need it come last.
NODES := tests/rehearsed tests/rehearsal/machines
# They wait as much as they compute. A file's tests share what it sets up, so a file stays in one process; not by
# their number, which says nothing of their time.
SPREAD := --numprocesses=$(shell expr $$(nproc) + 1) --dist=loadfile --no-loadscope-reorder

test: setup components lint
	$(BIN)/pytest $(SPREAD) -m "not slow" $(NODES:%=--ignore=%)
	$(BIN)/python -m kube_aws.rehearsal.components
	$(BIN)/pytest -m "not slow" $(NODES)

test-all: setup components lint
	$(BIN)/pytest $(SPREAD) $(NODES:%=--ignore=%)
	$(BIN)/python -m kube_aws.rehearsal.components
	$(BIN)/pytest $(NODES)

# Sources are linted as they lie: Python, node scripts, YAML.
lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry src
	git ls-files -z -- demo proof install-packages .ci/run src/kube_aws/userdata/tree src/kube_aws/rehearsal \
	  | xargs -0 grep -lIE '^#!.*\b(ba)?sh\b' | xargs $(BIN)/shellcheck

# Evaluates the CIS benchmark on a rehearsed cluster, and writes docs/cis.md.
cis: setup
	$(BIN)/python -m tests.rehearsed.cis

# Runs upstream's conformance tests on a rehearsed cluster, and writes docs/conformance.md.
conformance: setup
	$(BIN)/python -m tests.rehearsed.conformance

bench: setup
	$(BIN)/python benchmarks/run.py

# As root, a quarter of an hour: kube-aws beside kubeadm on this machine's rehearsed machines.
bench-boot: setup
	$(BIN)/python -m benchmarks.boot

# As root, five minutes: what a Service's load balancer costs in time, in the rehearsal.
bench-service: setup
	$(BIN)/python -m benchmarks.service

# Writes every expected artefact of tests/scenarios anew; read the difference before you commit it.
scenarios: setup
	$(BIN)/python -m tests.scenarios.regenerate

docs: setup
	$(BIN)/python -m kube_aws.cluster.reference > docs/cluster-yaml.md

install: $(UV)
	$(UV) tool install --compile-bytecode --from '.[rehearsal]' kube-aws

# What the tests need, from the lock file and from the distribution.
setup: $(CACHE)/python $(CACHE)/packages

$(UV):
	python3 -m venv $(CACHE)/uv
	$(CACHE)/uv/bin/pip install --quiet uv==$(UV_VERSION)

$(CACHE)/python: $(UV) pyproject.toml uv.lock
	$(UV) sync --quiet --frozen --all-extras --all-groups --compile-bytecode
	@touch $@

# Kept in the user's cache by what they are made from: a second run makes nothing.
components: $(CACHE)/python $(CACHE)/packages
	@nice -n 10 $(BIN)/python -m kube_aws.rehearsal.components > $(CACHE)/components.log 2>&1 &

$(CACHE)/packages: packages.txt
	./install-packages
	@mkdir -p $(CACHE) && touch $@

clean:
	rm -rf .venv $(CACHE) dist
