# Everything a fresh machine needs is installed by scripts/bootstrap, which each of these runs first.

DEMO_DATABASE ?= .build/demo.sqlite

.PHONY: run test lint bench docs clean bootstrap

run: bootstrap ## starts Steward with demo data
	swift build --product steward
	.build/debug/steward serve --demo --database $(DEMO_DATABASE)

test: lint ## runs every test
	@scripts/bootstrap test
	scripts/test

lint: ## checks the format of all Swift files
	swift format lint --strict --recursive Sources Tests Benchmarks Documentation Package.swift

bench: ## measures, and prints a table
	@scripts/bootstrap bench
	scripts/bench

docs: bootstrap ## writes the generated pages under docs/
	scripts/docs

clean:
	rm -rf .build .venv

bootstrap:
	@scripts/bootstrap
