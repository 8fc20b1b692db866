# The two commands are `make run` and `make test`. Everything else is for those who work on Bellhop.
SWIFT_BUILD = swift build --explicit-target-dependency-import-check error
CODE = Package.swift Sources Plugins Tests Benchmarks

.PHONY: run test check format lint tsan bench release deps

run: deps
	$(SWIFT_BUILD) --product bellhop
	@scripts/run.sh

test: deps
	@scripts/test-tools.sh
	$(SWIFT_BUILD) --build-tests
	swift test --skip-build

# What a change must pass: format, warnings as errors (set in Package.swift), the import table, every test.
check: lint test

lint:
	swift format lint --strict --parallel --recursive $(CODE)

format:
	swift format --in-place --parallel --recursive $(CODE)

# The concurrent modules under the thread sanitizer.
tsan: deps
	swift build --build-tests --sanitize=thread --scratch-path .build-tsan
	swift test --skip-build --sanitize=thread --scratch-path .build-tsan --filter 'CourierTests|LedgerTests|CurlTests'

release: deps
	$(SWIFT_BUILD) -c release --product bellhop

bench: release
	Benchmarks/run

deps:
	@scripts/deps.sh
