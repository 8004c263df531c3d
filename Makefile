# The targets are thin; what they do is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run test build bench lint clean
export PORT JOBS

help:
	@echo 'Hearth: make TARGET'
	@echo
	@echo '  run      build and start it on this machine      PORT=4328 another port, JOBS=1 for little memory'
	@echo '  test     run all tests'
	@echo '  build    build the program: .build/release/hearth'
	@echo
	@echo '  bench    measure it beside nginx'
	@echo '  lint     check the form of the sources'
	@echo '  clean    remove what was built; data in ./var stays'
	@echo '  help     this list'

run:
	@scripts/run.sh

test:
	@scripts/test.sh

build:
	@scripts/build.sh

bench: build
	@Benchmarks/run

lint:
	@scripts/lint.sh

clean:
	@rm -rf .build
