# The targets are thin; what they do is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run test test-long test-page test-tsan build bench bench-quality peers fuzz lint alerts drill docs-test api-reference deploy-check licenses release clean
export PORT JOBS LANE VERIFY DOCUMENT FRESH

help:
	@echo 'Hearth: make TARGET'
	@echo
	@echo '  run        build and start it on this machine      PORT=4328 another port, JOBS=1 for little memory'
	@echo '  test       run all tests'
	@echo '  build      build the program: .build/release/hearth'
	@echo
	@echo '  bench      measure it beside nginx, robfig/cron, client_golang and its own provider'
	@echo '  bench-quality  measure its keys and the languages it tells, beside another detector'
	@echo '  peers      ask it and three other crons the same questions'
	@echo '  test-long  many more cases, seeds and seconds, and fuzzing; about two hours'
	@echo '  test-page  every check of the page in Chromium; pictures in .build/page-artefacts'
	@echo '  test-tsan  the tests under the thread sanitizer, which reports data races'
	@echo '  fuzz       let libFuzzer look for input that makes it trap      SECONDS_EACH=60'
	@echo '  lint       check the form of the sources'
	@echo '  alerts     check the rules of alerts/ and run their cases'
	@echo '  drill      make faults and follow their alerts to the webhook; a quarter of an hour   LANE=redis those of one kind'
	@echo '  docs-test  run the commands of the documents as they stand there   FRESH=1 the tutorial from a clone on, DOCUMENT=docs/… one'
	@echo '  deploy-check   look for faults in deploy/, with the tools that are here'
	@echo '  api-reference  write docs/reference/api.md from the OpenAPI document of the service'
	@echo '  licenses   write the list of everything that Hearth is made of, docs/licenses.md'
	@echo '  release    build the archive of a release, its bill of materials and checksums   VERIFY=1 twice, and compare'
	@echo '  clean      remove what was built; data in ./var stays'
	@echo '  help       this list'

run:
	@scripts/run.sh

test:
	@scripts/test.sh

test-long:
	@scripts/test-long.sh

build:
	@scripts/build.sh

bench: build
	@Benchmarks/run

bench-quality: build
	@Benchmarks/quality

peers: build
	@Tests/Peers/run

test-page:
	@scripts/test-page.sh

test-tsan:
	@scripts/test-tsan.sh

fuzz:
	@scripts/fuzz.sh

lint:
	@scripts/lint.sh

alerts:
	@scripts/alerts.sh

drill:
	@scripts/drill.sh

docs-test:
	@scripts/docs-test.sh

api-reference: build
	@scripts/api-reference.sh write .build/release/hearth

deploy-check:
	@scripts/deploy-check.sh

licenses:
	@scripts/licenses.sh

release:
	@scripts/release.sh

clean:
	@rm -rf .build .build-fuzz .build-previous .build-tsan .build-release
