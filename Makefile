# The two commands are `make run` and `make test`. Everything else is for those who work on Bellhop.
# For example: make test SWIFT_FLAGS="--scratch-path /tmp/build"
SWIFT_FLAGS =
SWIFT_BUILD = swift build $(SWIFT_FLAGS) --explicit-target-dependency-import-check error
CODE = Package.swift Sources Plugins Tests Benchmarks Fuzz

.PHONY: run test month check format lint tsan fuzz nightly test-servers test-browser screenshots test-kernel test-service dist bench release deps

run: deps
	$(SWIFT_BUILD) --product bellhop
	@BELLHOP_BINARY="$$(swift build $(SWIFT_FLAGS) --show-bin-path)/bellhop" scripts/run.sh

# Twice, because tests that decide take all the cores they get, and tests that talk to real servers must not starve beside them.
LIVE = ^(BellTests|BellhopClientTests|EmailTests|ExecTests|CurlTests|GatewayTests|RemoteTests|TransportTests|CourierTests|LedgerTests|UpstreamTests|WebTests|JourneyTests)\.

# Journeys through other people's servers: slow, and hardly ever red.
SERVERS = ^JourneyTests\.(AppriseJourneys|AppriseSenderJourneys|EmailJourneys|MatrixJourneys|OpenAPIJourneys)

# A real browser.
BROWSER = ^JourneyTests\.(ChromiumJourneys|ChromiumPageJourneys)

test: deps
	@scripts/test-tools.sh
	$(SWIFT_BUILD) --build-tests
	@scripts/run-tests.sh $(SWIFT_FLAGS) --skip-build --skip '$(LIVE)'
	@scripts/run-tests.sh $(SWIFT_FLAGS) --skip-build --no-parallel --filter '$(LIVE)' --skip '$(SERVERS)'

# A month of a small company through the example configuration: prints who heard how much of it.
month: deps
	$(SWIFT_BUILD) --build-tests
	BELLHOP_DAYS=30 scripts/run-tests.sh $(SWIFT_FLAGS) --skip-build --filter '^StoryTests'

# What is slow and rarely red: before an issue is closed, and at night.
nightly: month test-servers test-kernel test-service
	BELLHOP_SEEDS=20000 scripts/run-tests.sh $(SWIFT_FLAGS) --skip-build --filter '^SimulationTests'
	BELLHOP_HEAVY=1024 scripts/run-tests.sh $(SWIFT_FLAGS) --skip-build --filter '^JourneyTests\.HeavyTests'

test-servers: deps
	@scripts/test-tools.sh servers
	$(SWIFT_BUILD) --build-tests
	@scripts/run-tests.sh $(SWIFT_FLAGS) --skip-build --no-parallel --filter '$(SERVERS)'

# The pictures in docs/images, of a gateway with an office's afternoon in it.
screenshots: deps
	@scripts/test-tools.sh
	$(SWIFT_BUILD) --product bellhop
	@BELLHOP="$$(swift build $(SWIFT_FLAGS) --show-bin-path)/bellhop" TOOLS=$(CURDIR)/.build-tools PICTURES=$(CURDIR)/docs/images \
	  PYTHONPATH=$(CURDIR)/.build-tools/browser no_proxy='*' python3 -B Tests/JourneyTests/Browser/screenshots.py

test-browser: deps
	@scripts/test-tools.sh
	$(SWIFT_BUILD) --build-tests
	@scripts/run-tests.sh $(SWIFT_FLAGS) --skip-build --no-parallel --filter '$(BROWSER)'

# What a change must pass: format, warnings as errors (set in Package.swift), the import table, every test.
check: lint test

lint:
	swift format lint --strict --parallel --recursive $(CODE)

format:
	swift format --in-place --parallel --recursive $(CODE)

# The modules where threads meet, under the thread sanitizer: a race ends it with exit 1. A build of its own.
tsan: deps
	@scripts/test-tools.sh
	swift build --build-tests --sanitize=thread --scratch-path .build-tsan
	@scripts/run-tests.sh --skip-build --sanitize=thread --scratch-path .build-tsan --no-parallel \
	  --filter '^(CourierTests|CurlTests|LedgerTests|RemoteTests|SearchTests|SpoolTests|StreamingTests|UpstreamTests)\.'

# Everything that reads text from outside, under libFuzzer, each entry for FUZZ_SECONDS: what is found ends it with exit 1. A build of its own.
# For example: make fuzz FUZZ_SECONDS=600 FUZZ_ENTRIES="slack yaml"
FUZZ_SECONDS = 30
FUZZ_ENTRIES = $(notdir $(wildcard Fuzz/Corpus/*))

fuzz: deps
	BELLHOP_FUZZ=1 swift build -c release --sanitize=fuzzer -Xswiftc -enable-testing --scratch-path .build-fuzz --product Fuzz
	@scripts/fuzz.sh .build-fuzz/release/Fuzz $(FUZZ_SECONDS) $(FUZZ_ENTRIES)

# A bell rung under Debian's own kernel, in qemu.
test-kernel: deps
	$(SWIFT_BUILD) --product bellhop
	@scripts/test-kernel.sh "$$(swift build $(SWIFT_FLAGS) --show-bin-path)/bellhop"

# For machines like this one, in dist/.
dist: release
	@scripts/dist.sh .build/release/bellhop .build/checkouts dist

# The packed program installed as a service under Debian's own kernel, systemd and udev, in qemu.
test-service: dist
	@scripts/test-service.sh "$$(ls -t dist/*.tar.gz | head -1)"

# With Swift's runtime in the program: what it calls most is then called directly, and it runs where no toolchain is.
release: deps
	$(SWIFT_BUILD) -c release --static-swift-stdlib --product bellhop

bench: release
	$(SWIFT_BUILD) -c release --static-swift-stdlib --product Discard
	@scripts/test-tools.sh
	Benchmarks/run

deps:
	@scripts/deps.sh
