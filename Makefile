# From a fresh clone: `make demo` shows the product, `make test` proves it.
# Everything is installed into .venv from hashed pins; a second run installs nothing.

PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
SEEDS  ?= 200

.PHONY: help setup demo test check bench simulate pins clean

help:
	@echo "make demo    show the whole product: central, a till, a film of codes (no display: a guided tour)"
	@echo "make test    all tests"
	@echo "make check   style, types, the house's fences, translations"
	@echo "make bench   every measured figure (ONLY=name for one) -> build/bench.json"
	@echo "make simulate SEEDS=n  the promise under crashes, partitions and failing disks (FIRST=k PLANT=bug LANE=l WORKERS=w)"
	@echo "make pins    compile requirements/*.txt anew from pyproject.toml"

# Does nothing when the pins are installed and the system libraries are there.
setup:
	@$(PYTHON) packaging/prepare.py --venv $(VENV)

demo: setup
	@$(RUN) -m pos_app demo

test: setup
	@$(RUN) -m pytest -n 2 --dist loadfile $(ARGS)

check: setup
	@$(RUN) packaging/check.py

bench: setup
	@$(RUN) -m tests.bench $(if $(ONLY),--only $(ONLY))

simulate: setup
	@$(RUN) -m tests.simulation --seeds $(SEEDS) $(if $(FIRST),--first $(FIRST)) $(if $(PLANT),--plant $(PLANT)) $(if $(LANE),--lane $(LANE)) $(if $(WORKERS),--workers $(WORKERS))

pins: setup
	@$(PYTHON) packaging/pins.py --venv $(VENV)

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
