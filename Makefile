# `make help` lists the targets. Go and make are all that a machine needs: the rest is installed here.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
GOLANGCI_VERSION := v2.15.0
# The race detector needs a C compiler.
RACE := $(shell command -v cc >/dev/null 2>&1 && echo -race)
MATRIX := 10 12 14 16 18
GORELEASER_VERSION := v2.13.0
# The product, and what deploys it: a module of its own, so that only its tests need Prometheus, Kubernetes and an image builder.
MODULES := . deploy

# No version is stamped from git: a checkout that another user owns, as in a container, could not be built.
export GOFLAGS := $(GOFLAGS) -buildvcs=false

.DEFAULT_GOAL := help

.PHONY: help
help: ## print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/blackbirdctl; VERSION, COMMIT and COMMIT_TIME are what `blackbirdctl version` prints of a release
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w $(STAMP)' -o bin/blackbirdctl .

# Release builds name what they are built from; others leave these empty.
STAMP = $(if $(VERSION),-X $(CMD).version=$(VERSION)) $(if $(COMMIT),-X $(CMD).commit=$(COMMIT)) $(if $(COMMIT_TIME),-X $(CMD).commitTime=$(COMMIT_TIME))
CMD := github.com/blackbirdctl/blackbirdctl/cmd

.PHONY: release
release: ## try a release of what is committed: archives, packages and checksums of all platforms in dist, nothing published
	go run github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION) release --clean $(RELEASE)

RELEASE = --snapshot --skip=sbom,sign

MAN = man
.PHONY: man
man: ## write the manual's pages and the shells' completions into man/, for man -l man/blackbirdctl.1
	go run ./internal/tools/man --dir $(MAN)

# DESTDIR goes before every path, as packages want it.
PREFIX = /usr/local
# Below PREFIX too, unless that is the system's: the units and the crontab name /etc.
SYSCONFDIR = $(if $(filter /usr /usr/local,$(PREFIX)),/etc,$(PREFIX)/etc)
TO = $(DESTDIR)$(PREFIX)
.PHONY: install
install: build files ## install below PREFIX (default /usr/local): the program, manual, completions, systemd's units
	install -d $(TO)/bin $(DESTDIR)$(SYSCONFDIR)/blackbirdctl
	install -m 0755 bin/blackbirdctl $(TO)/bin
	[ -e $(DESTDIR)$(SYSCONFDIR)/blackbirdctl/blackbirdctl.env ] || \
		install -m 0640 deploy/cron/blackbirdctl.env $(DESTDIR)$(SYSCONFDIR)/blackbirdctl

# What the packages have below /usr besides the program.
.PHONY: files
files: man
	install -d $(addprefix $(TO)/,share/man/man1 share/bash-completion/completions share/zsh/site-functions \
		share/fish/vendor_completions.d share/doc/blackbirdctl lib/systemd/system/blackbirdctl-.service.d lib/sysusers.d lib/tmpfiles.d)
	install -m 0644 $(MAN)/*.1 $(TO)/share/man/man1
	install -m 0644 $(MAN)/blackbirdctl.bash $(TO)/share/bash-completion/completions/blackbirdctl
	install -m 0644 $(MAN)/blackbirdctl.zsh $(TO)/share/zsh/site-functions/_blackbirdctl
	install -m 0644 $(MAN)/blackbirdctl.fish $(TO)/share/fish/vendor_completions.d
	install -m 0644 LICENSE deploy/cron/blackbirdctl.* $(TO)/share/doc/blackbirdctl
	cat cmd/config/example.yaml cmd/config/example_chain.yaml > $(TO)/share/doc/blackbirdctl/config.example.yaml
	install -m 0644 deploy/systemd/*.service deploy/systemd/*.timer $(TO)/lib/systemd/system
	install -m 0644 deploy/systemd/blackbirdctl-.service.d/*.conf $(TO)/lib/systemd/system/blackbirdctl-.service.d
	install -m 0644 deploy/systemd/blackbirdctl.sysusers $(TO)/lib/sysusers.d/blackbirdctl.conf
	install -m 0644 deploy/systemd/blackbirdctl.tmpfiles $(TO)/lib/tmpfiles.d/blackbirdctl.conf

.PHONY: test
test: format vet lint integration ## everything: format, vet, lint and all tests
	@echo "all tests passed"

# Each package of tests has an hour and a half: a machine may be five times slower than ours.
.PHONY: integration
integration: postgres pgbouncer chromium bin/with ## all Go tests of both modules, against one private PostgreSQL
	bin/with -- sh -c 'go test $(RACE) -timeout 90m ./... && cd deploy && go test -timeout 90m ./...'

.PHONY: unit
unit: ## the Go tests that need no service: no PostgreSQL, no browser
	@for module in $(MODULES); do (cd $$module && go test -short -timeout 10m ./...) || exit 1; done

.PHONY: test-matrix
test-matrix: postgres pgbouncer chromium bin/with ## the tests that read BioTrack, with it on PostgreSQL 10, 12, 14, 16 and 18
	@for major in $(MATRIX); do \
		echo "== BioTrack on PostgreSQL $$major"; \
		bindir=$$(internal/test/pgtest/matrix.sh $$major) || exit 1; \
		bin/with --source-bindir "$$bindir" -- go test -count=1 -timeout 90m ./biotrack/... ./sync/... ./cmd || exit 1; \
	done

.PHONY: test-chain
test-chain: ## a chain of SHOPS (default 200) is rendered alike by kustomize and Helm: some minutes
	cd deploy && BLACKBIRDCTL_TEST_SHOPS=$${SHOPS:-200} go test -count=1 -timeout 90m -v -run '^TestChainAlike$$' .

# The scripts whose every step Windows has, on an embedded store. wine is WINE, of a version that has bcryptprimitives.dll: 9 or newer.
WINE = wine
WINDOWS_SCRIPTS = ^TestScripts$$/^SQLite$$/^(customers|locations|menu|points-show|rejects|status)$$
.PHONY: test-windows
test-windows: bin/with ## scripts of the command on Windows, or run by wine; says so where neither is there
	@if [ "$$(go env GOHOSTOS)" = windows ]; then \
		bin/with -- go test -count=1 -timeout 60m -run '$(WINDOWS_SCRIPTS)' ./cmd; \
	elif [ "$$($(WINE) --version 2>/dev/null | sed 's/^wine-\([0-9]*\).*/\1/')" -ge 9 ] 2>/dev/null; then \
		export BLACKBIRDCTL_TEST_WINE=$(WINE) WINEPREFIX=$${WINEPREFIX:-$(CURDIR)/.cache/wine}; \
		mkdir -p .cache && $(WINE)boot -i && \
			bin/with -- go test -count=1 -timeout 60m -run '$(WINDOWS_SCRIPTS)' ./cmd; \
	else echo "neither Windows nor wine 9 or newer is here: no script was run for Windows"; fi

.PHONY: demo
demo: postgres build ## watch a sample dispensary being synced through a trading day
	go run ./internal/tools/demo --bin bin/blackbirdctl

.PHONY: pictures
pictures: postgres chromium build ## make the README's pictures anew, of the demo's shop
	internal/tools/pictures/pictures.sh

.PHONY: bench
bench: postgres build ## measure against psql doing the same work; BENCH holds options, as in BENCH="--growth 10000000 --markdown BENCHMARKS.md"
	go run ./internal/tools/bench --bin bin/blackbirdctl $(BENCH)

.PHONY: soak
soak: postgres build ## trade at RATE operations a second (default: as four tills do), sync, kill and verify for MINUTES (default 10), and compare
	go run ./internal/tools/soak --bin bin/blackbirdctl --minutes $${MINUTES:-10} --rate $${RATE:-0}

# The figures in docs/scaling.md are this target's.
.PHONY: chain
chain: postgres build ## sync and verify a chain of SHOPS (default 200), PARALLEL at a time (default 8), and measure what a shop costs
	go run ./internal/tools/chain --bin bin/blackbirdctl --shops $${SHOPS:-200} --parallel $${PARALLEL:-8} $(CHAIN)

# The figures in RELIABILITY.md are this target's. Each of its lines fails if no test of its name is found.
TORTURE = bin/with -- go test -count=1 -timeout 5h -v
PASSED = awk '!/^=== / {print} /^--- PASS/ {passed = 1} END {exit !passed}'
.PHONY: torture
torture: postgres build bin/with ## the long form of the tests that nothing is lost: under half an hour
	BLACKBIRDCTL_TORTURE=1 $(TORTURE) -run '^(TestCrash|TestCuts|TestKill|TestStandbyCancels)$$' ./cmd | $(PASSED)
	BLACKBIRDCTL_TORTURE=1 $(TORTURE) -run '^(TestServerCrash|TestNorthAmericanPhones|TestYear)$$' ./sync | $(PASSED)
	$(TORTURE) -run '^TestAnyHistory$$' ./sync -rapid.checks=$${HISTORIES:-2000} -rapid.steps=15 | $(PASSED)
	$(TORTURE) -run '^(TestProgramAgainstOracle|TestProgramFromNothing|TestPointsDryRun)$$' ./sync -rapid.checks=$${PROGRAMS:-300} -rapid.steps=15 | $(PASSED)
	for engine in postgres sqlite; do \
		$(TORTURE) -run '^TestStore$$/^OrdersAgainstModel$$' ./blackbird/$$engine \
			-rapid.checks=$${HISTORIES:-2000} -rapid.steps=15 | $(PASSED) || exit 1; \
	done

# The shares in RELIABILITY.md are this target's.
MUTANTS = go run ./internal/tools/mutants --folder
.PHONY: mutants
mutants: ## change one operator of loyalty, the menu and the refund rule at a time: a test must fail for 90 % of the changes
	$(MUTANTS) ./loyalty
	$(MUTANTS) ./sync/menu
	$(MUTANTS) ./internal/model --files '^order[.]go$$'

.PHONY: fuzz
fuzz: ## fuzz each parser for FUZZTIME (default 20s)
	@for package in $$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n 1 dirname | sort -u | sed 's|^|./|'); do \
		for target in $$(go test -list '^Fuzz' $$package | grep ^Fuzz); do \
			echo "== $$package $$target"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $${FUZZTIME:-20s} $$package || exit 1; \
		done; \
	done

.PHONY: format
format: ## fail where gofmt would change a file
	@changed=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); \
	if [ -n "$$changed" ]; then echo "gofmt would change:"; echo "$$changed"; exit 1; fi

.PHONY: vet
vet: ## go vet of both modules, with each build tag, and go.mod as go mod tidy wants it
	@for module in $(MODULES); do (cd $$module && go vet ./... && go mod tidy -diff) || exit 1; done
	go vet -tags crashpoints ./...

.PHONY: lint
lint: bin/golangci-lint-$(GOLANGCI_VERSION) ## golangci-lint of both modules; its depguard holds the direction of imports
	@for module in $(MODULES); do (cd $$module && $(CURDIR)/bin/golangci-lint-$(GOLANGCI_VERSION) run ./...) || exit 1; done

bin/golangci-lint-$(GOLANGCI_VERSION):
	@echo "building golangci-lint $(GOLANGCI_VERSION), once"
	GOBIN="$(CURDIR)/bin" go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv bin/golangci-lint $@

.PHONY: bin/with
bin/with:
	@go build -o $@ ./internal/test/pgtest/with

# The server's binaries may be outside of PATH, as Debian's are.
.PHONY: postgres
postgres: ## install the PostgreSQL server's package if the machine has none
	@ls /usr/lib/postgresql/*/bin/postgres /usr/local/pgsql/bin/postgres >/dev/null 2>&1 && exit 0; \
	command -v postgres >/dev/null 2>&1 && exit 0; \
	[ -n "$$BLACKBIRDCTL_TEST_PG_BINDIR" ] && exit 0; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && exit 0; \
	sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	if command -v apt-get >/dev/null 2>&1; then $$sudo apt-get update -q && $$sudo apt-get install -qy postgresql; \
	elif command -v dnf >/dev/null 2>&1; then $$sudo dnf install -qy postgresql-server; \
	elif command -v apk >/dev/null 2>&1; then $$sudo apk add postgresql; \
	elif command -v brew >/dev/null 2>&1; then brew install postgresql; \
	else echo "no PostgreSQL server found" >&2; \
		echo "hint: install PostgreSQL 14 or newer, or set BLACKBIRDCTL_TEST_PG_BINDIR to the folder of its binaries" >&2; exit 1; fi

# Tests put a pooler before either database. BLACKBIRDCTL_TEST_PGBOUNCER names one outside of PATH.
.PHONY: pgbouncer
pgbouncer: ## install PgBouncer's package if the machine has none
	@[ -n "$$BLACKBIRDCTL_TEST_PGBOUNCER" ] && exit 0; \
	command -v pgbouncer >/dev/null 2>&1 && exit 0; \
	[ -x /usr/sbin/pgbouncer ] && exit 0; \
	sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	if command -v apt-get >/dev/null 2>&1; then $$sudo apt-get update -q && $$sudo apt-get install -qy --no-install-recommends pgbouncer; \
	elif command -v dnf >/dev/null 2>&1; then $$sudo dnf install -qy pgbouncer; \
	elif command -v apk >/dev/null 2>&1; then $$sudo apk add pgbouncer; \
	elif command -v brew >/dev/null 2>&1; then brew install pgbouncer; \
	else echo "no PgBouncer found" >&2; \
		echo "hint: install PgBouncer, or set BLACKBIRDCTL_TEST_PGBOUNCER to its program" >&2; exit 1; fi

# A test opens the menu's page in a browser. BLACKBIRDCTL_TEST_CHROMIUM names one outside of PATH.
.PHONY: chromium
chromium: ## install the Chromium browser's package if the machine has none
	@[ -n "$$BLACKBIRDCTL_TEST_CHROMIUM" ] && exit 0; \
	for name in chromium chromium-browser google-chrome google-chrome-stable chrome-headless-shell; do \
		command -v $$name >/dev/null 2>&1 && exit 0; \
	done; \
	ls -d /Applications/*Chrom*.app >/dev/null 2>&1 && exit 0; \
	sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	if command -v apt-get >/dev/null 2>&1; then $$sudo apt-get update -q && $$sudo apt-get install -qy --no-install-recommends chromium; \
	elif command -v dnf >/dev/null 2>&1; then $$sudo dnf install -qy chromium; \
	elif command -v apk >/dev/null 2>&1; then $$sudo apk add chromium; \
	elif command -v brew >/dev/null 2>&1; then brew install --cask chromium; \
	else echo "no Chromium found" >&2; \
		echo "hint: install Chromium or Chrome, or set BLACKBIRDCTL_TEST_CHROMIUM to its program" >&2; exit 1; fi

.PHONY: clean
clean: ## remove what the targets made
	rm -rf bin dist man demo-state .cache
