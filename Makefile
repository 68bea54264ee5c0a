# The commands of this repository. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# Where `cargo install` puts the tools, also when a login shell has not been told.
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin

RUST_MIN := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
CARGO_DENY := cargo-deny@0.20.2
CARGO_MACHETE := cargo-machete@0.9.2
# These tools run for a second: building them fast matters, their speed does not.
QUICK_INSTALL := CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
  cargo install --locked

say = @printf '\n==> %s\n' '$(1)'

##@ Use

.PHONY: demo
demo: rust ## Start a local cluster, fill it with real text and show it; ARGS="--exit" etc. is passed on
	$(call say,Building and running the demo: the first build takes some minutes)
	cargo run --release -p gleaner -- demo $(ARGS)

# From a corpus to a page that says how many leaves to run.
LEAVES_OUT ?= gleaner-report
LEAVES_MINUTES ?= 5
.PHONY: leaves
leaves: rust ## Measure local clusters of many shapes and write a report on how many leaves to run; LEAVES_MINUTES=5 of measuring, ARGS is passed on
	$(call say,Building: the first build takes some minutes)
	cargo build --release -p gleaner --bin gleaner
	$(call say,Measuring)
	$(GLEANER) load sweep --out $(LEAVES_OUT) --minutes $(LEAVES_MINUTES) $(ARGS)
	$(call say,Planning)
	$(GLEANER) plan --sweep $(LEAVES_OUT)/sweep.json

GLEANER := $(or $(CARGO_TARGET_DIR),target)/release/gleaner
BENCHES := $(or $(CARGO_TARGET_DIR),target)/release/benches

# All programs at once: built one by one, they would want tantivy with other features each, and compile it again.
.PHONY: bench
bench: rust ## Measure everything, in three rounds: about 20 minutes; ARGS="tail", ARGS="micro" etc. measures less
	$(call say,Building and running the benchmarks)
	cargo build --release -p gleaner -p benches --bin gleaner --bin benches --bench micro
	$(BENCHES) $(or $(ARGS),run)

.PHONY: bench-quick
bench-quick: ## The same with less of everything: about 5 minutes
	@$(MAKE) --no-print-directory bench ARGS="run --quick $(ARGS)"

.PHONY: bench-save
bench-save: ## Keep the last run among the reference runs, benches/runs
	@last=$$(ls -td target/bench-runs/*/ 2>/dev/null | head -n1); \
	  [ -n "$$last" ] || { echo 'error: there is no run yet: make bench' >&2; exit 1; }; \
	  mkdir -p benches/runs; \
	  cp -r --no-target-directory "$$last" "benches/runs/$$(basename "$$last")"; \
	  echo "benches/runs/$$(basename "$$last")"

.PHONY: bench-compare
bench-compare: rust ## Compare two runs, OLD=benches/runs/… NEW=target/bench-runs/…; fails when something became slower
	cargo build --release -p gleaner -p benches --bin gleaner --bin benches --bench micro
	$(BENCHES) compare $(OLD) $(NEW) $(ARGS)

##@ Develop

.PHONY: test
test: tools format-check bans unused lint doc build python-clients node-clients run-tests ## Everything that CI checks, after installing what it needs

.PHONY: check
check: components format-check lint tidy ## The quick part of `make test`: format, clippy, house rules

# What a fuzz target finds is a panic, a hang, or more memory than it may take.
FUZZ_TARGETS := query_body query_string bulk_body wire
FUZZ_SECONDS ?= 600
FUZZ := cargo +nightly fuzz

.PHONY: fuzz
fuzz: rust ## Look for inputs that break something; FUZZ_SECONDS=600 for each of FUZZ_TARGETS
	@rustup toolchain list | grep -q '^nightly' || rustup toolchain install nightly --profile minimal
	@command -v cargo-fuzz >/dev/null || { echo '==> Installing cargo-fuzz'; $(QUICK_INSTALL) cargo-fuzz; }
	$(call say,Writing the seeds)
	cd tests/fuzz && cargo run --release --bin seeds
	$(call say,Fuzzing)
	for target in $(FUZZ_TARGETS); do \
	  $(FUZZ) run --fuzz-dir tests/fuzz "$$target" -- \
	    -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1; \
	done

.PHONY: tidy
tidy: rust ## The house rules alone: sizes, names and words
	$(call say,Checking the house rules)
	cargo test --quiet -p tests --test tidy

.PHONY: fmt
fmt: components ## Format the code
	cargo fmt --all

.PHONY: audit
audit: tools ## Look for security advisories against the dependencies (downloads their list)
	$(call say,Checking security advisories)
	cargo deny check advisories

.PHONY: help
help: ## List these commands
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The steps of `make test`, cheap ones first and the tests last. Each can be run alone.

.PHONY: format-check
format-check:
	$(call say,Checking the format)
	cargo fmt --all --check

.PHONY: bans
bans:
	$(call say,Checking licences and sources of the dependencies)
	cargo deny check bans licenses sources

.PHONY: unused
unused:
	$(call say,Looking for unused dependencies)
	cargo machete --skip-target-dir

.PHONY: lint
lint:
	$(call say,Running clippy)
	cargo clippy --workspace --all-targets -- -D warnings

.PHONY: doc
doc:
	$(call say,Building the documentation)
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

# All targets at once, not the binary alone: the same features as in the tests, so nothing is compiled twice.
.PHONY: build
build:
	$(call say,Building everything: the end-to-end tests run target/debug/gleaner)
	cargo build --workspace --all-targets

# Other people's client libraries, which the end-to-end tests run unmodified.
.PHONY: python-clients
python-clients:
	$(call say,Setting up the Python clients)
	tests/python/setup.sh

.PHONY: node-clients
node-clients:
	$(call say,Setting up the Node clients)
	tests/node/setup.sh

.PHONY: run-tests
run-tests:
	$(call say,Running the tests)
	cargo test --workspace --no-fail-fast

# What the steps need.

.PHONY: rust
rust:
	@command -v cargo >/dev/null || { \
	  echo 'error: cargo is missing. Install Rust $(RUST_MIN) or newer (see https://rustup.rs) and run this again.' >&2; exit 1; }
	@have=$$(cargo --version | cut -d' ' -f2); \
	  [ "$$(printf '%s\n' '$(RUST_MIN)' "$$have" | sort -V | head -n1)" = '$(RUST_MIN)' ] || { \
	  echo "error: cargo $$have is too old, $(RUST_MIN) is needed: run 'rustup update'." >&2; exit 1; }
	@command -v cc >/dev/null || { \
	  echo '==> Installing a C compiler and linker'; \
	  as_root=; [ "$$(id -u)" = 0 ] || as_root='sudo -n'; \
	  { $$as_root apt-get update -qq && $$as_root apt-get install -qq -y --no-install-recommends build-essential; } </dev/null || { \
	  echo 'error: no C compiler (cc). Install one, on Debian: apt-get install build-essential' >&2; exit 1; }; }

.PHONY: components
components: rust
	@cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 || { \
	  echo '==> Installing rustfmt and clippy'; rustup component add rustfmt clippy; }

.PHONY: tools
tools: components
	@command -v cargo-deny >/dev/null || { echo '==> Installing cargo-deny'; $(QUICK_INSTALL) $(CARGO_DENY); }
	@command -v cargo-machete >/dev/null || { echo '==> Installing cargo-machete'; $(QUICK_INSTALL) $(CARGO_MACHETE); }
