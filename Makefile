# The usual errands. `make` alone lists them.

RELEASE := .build/release/tightlip
CONFIGURATION ?= release

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup build demo test check corpus readme clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r target text; do \
	  printf '%-12s  %s\n' "$$target" "$$text"; done

setup: ## install what the build needs and this machine lacks (apt, with sudo where not root)
	@scripts/setup.sh

build: setup ## build the release binary, .build/release/tightlip
	swift build -c release --product tightlip

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
	TIGHTLIP_BIN=.build/$(CONFIGURATION)/tightlip python3 scripts/check_readme.py
	swift test -c $(CONFIGURATION)

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
