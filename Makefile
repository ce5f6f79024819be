# The usual errands. `make` alone lists them.

RELEASE := .build/release/tightlip
CONFIGURATION ?= release
SECONDS ?= 600
TEXTS ?= 10000000
# Patterns known to run away, with the texts that attack them: see Tests/Faults/patterns.py.
HOSTILE_PATTERNS ?= $(or $(TIGHTLIP_SHARED),../shared)/hostile/regexlib_vulnerable.ndjson

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup build library install uninstall wheel deb interfaces demo test faults fuzz differential mutants check corpus readme clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r target text; do \
	  printf '%-12s  %s\n' "$$target" "$$text"; done

setup: ## install what the build needs and this machine lacks (apt, with sudo where not root)
	@scripts/setup.sh

build: setup ## build the release binary, .build/release/tightlip
	swift build -c release --product tightlip

library: setup ## build what `make install` installs: program and C library, with Swift's runtime inside
	scripts/build_install.sh

# Builds only where something changed, so that `sudo make install` after `make library` compiles nothing as root.
install: ## install program, C library, header, pack, man page and completions: PREFIX=/usr/local
	@test -x .build/install/out/tightlip && \
	  test -z "$$(find Sources packaging Package.swift -newer .build/install/out/tightlip -print -quit)" || scripts/build_install.sh
	@PREFIX="$(PREFIX)" LIBDIR="$(LIBDIR)" DESTDIR="$(DESTDIR)" scripts/install.sh install

uninstall: ## take away what `make install` put there: PREFIX=/usr/local
	@PREFIX="$(PREFIX)" LIBDIR="$(LIBDIR)" DESTDIR="$(DESTDIR)" scripts/install.sh uninstall

wheel: setup ## build the Python wheel into .build/install/out
	scripts/build_install.sh wheel
	python3 scripts/build_wheel.py

deb: setup ## build the Debian package into .build/install/out
	scripts/build_install.sh
	scripts/build_deb.sh

interfaces: setup ## test every way to run Tightlip from an installation: C, Python, other languages, .deb
	scripts/test_interfaces.sh

demo: build ## filter a sample of the corpus and show the verdicts
	@scripts/demo.sh

# Tests run as deployed, optimized: one build serves the demo and the tests, and exhaustive tests take
# seconds. `make test CONFIGURATION=debug` adds the assertions of a debug build.
test: setup ## set up, check corpus, README and rules, and run all tests; fails if anything does
	python3 Corpus/build.py --check
	python3 Corpus/generate.py --check
	python3 Corpus/generate_talk.py --check
	swift build -c $(CONFIGURATION) --build-tests
	.build/$(CONFIGURATION)/tightlip check
	python3 scripts/check_schema.py
	TIGHTLIP_BIN=.build/$(CONFIGURATION)/tightlip python3 scripts/check_readme.py
	python3 Tests/Cases/evasion/generate.py | cmp - Tests/Cases/evasion/generated.ndjson
	swift test -c $(CONFIGURATION) --skip-build
	scripts/test_interfaces.sh
	python3 Tests/Faults/faults.py --tightlip .build/$(CONFIGURATION)/tightlip
	python3 Tests/Faults/wire.py --tightlip .build/$(CONFIGURATION)/tightlip

faults: build ## the long form of the faults, hours: kill, limits, failing calls, ten million messages, hostile text to 4 MB
	python3 Tests/Faults/faults.py --tightlip $(RELEASE) --full
	python3 Tests/Faults/wire.py --tightlip $(RELEASE) --full
	python3 Tests/Faults/calls.py --tightlip $(RELEASE) --full
	python3 Tests/Faults/runaway.py --tightlip $(RELEASE) --sizes 65536,262144,1048576,4194304
	python3 Tests/Faults/runaway.py --tightlip $(RELEASE) --sizes 65536,1048576 --random 300
	python3 Tests/Faults/latency.py --tightlip $(RELEASE)
	@if [ -e "$(HOSTILE_PATTERNS)" ]; then python3 Tests/Faults/patterns.py --tightlip $(RELEASE) "$(HOSTILE_PATTERNS)"; \
	  else echo "patterns.py: skipped; HOSTILE_PATTERNS names no file"; fi

fuzz: setup ## fuzz every target under the address sanitizer: SECONDS=600 in all
	scripts/fuzz.sh $(SECONDS)

differential: setup ## hold the engine against the plain way without automata: TEXTS=10000000 random texts
	scripts/differential.sh $(TEXTS)

mutants: setup ## turn round every condition on the way to a verdict, and see that a test notices; tells coverage too
	python3 scripts/mutate.py

check: build ## run every example beside every rule of the pack
	$(RELEASE) check

corpus: setup ## write the corpus again after an edit in Corpus/
	python3 Corpus/build.py
	python3 Corpus/generate.py
	python3 Corpus/generate_talk.py

readme: build ## write what the README's commands print into it again
	python3 scripts/check_readme.py --update

clean: ## remove what was built
	swift package clean
	rm -rf Corpus/__pycache__ scripts/__pycache__
