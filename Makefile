# make site 生成站点，make serve 预览，make test 跑全部测试；其余见 make help。
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help site check serve books test lint bench bench-peers bench-reader bench-search bench-print lock clean

help:
	@echo "make site          装好环境，检查内容，生成站点"
	@echo "make check         只检查内容"
	@echo "make serve         预览，保存后页面自动更新"
	@echo "make books         印制培训手册（PDF、DOCX）"
	@echo "make test          装好测试要用的程序，跑全部测试"
	@echo "make bench         量生成速度；bench-search 量检索，bench-print 量印制"
	@echo "make bench-peers   与 Hugo、Eleventy、mkdocs、Zensical 轮流比生成；bench-reader 量打开、预览和更新"
	@echo "make clean         删去生成的东西和环境"

site: $(VENV)/.ready
	@$(BIN)/kb build

check: $(VENV)/.ready
	@$(BIN)/kb check

serve: $(VENV)/.ready
	@$(BIN)/kb serve

books: $(VENV)/.ready
	@$(BIN)/kb book

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "需要 Python 3.11 或更新的版本，这里是 %d.%d；可用 make PYTHON=python3.12 site 指定" % sys.version_info[:2])'
	@echo "正在准备环境（只在第一次或依赖变了以后）……"
	@$(PYTHON) -m venv $(VENV) || { echo "建不了虚拟环境；Debian、Ubuntu 上请先装 python3-venv"; exit 1; }
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready requirements-test.lock
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

test: $(VENV)/.ready-test
	@sh tests/setup.sh
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n auto

lint: $(VENV)/.ready-test
	@$(BIN)/ruff check scripts tests bench
	@$(BIN)/ruff format --check --quiet scripts tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config pyproject.toml

bench: $(VENV)/.ready-test
	@$(BIN)/python -m bench.build $(ARGS)

bench-peers: $(VENV)/.ready-test
	@$(BIN)/python -m bench.peers $(ARGS)

bench-reader: $(VENV)/.ready-test
	@$(BIN)/python -m bench.reader $(ARGS)

SITE ?= site_build/site
QUERIES ?= bench/search/queries.yml
OUT ?= site_build/bench-search.json
bench-search: $(VENV)/.ready-test
	@$(BIN)/python -m bench.search --site $(SITE) --queries $(QUERIES) --out $(OUT) $(ARGS)

bench-print: $(VENV)/.ready-test
	@$(BIN)/python -m bench.print $(ARGS)

# 依赖改了 pyproject.toml 以后运行：重新锁定版本与哈希
lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet pip-tools
	$(VENV)-lock/bin/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --all-build-deps -o requirements.lock pyproject.toml
	$(VENV)-lock/bin/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --all-build-deps --extra test -o requirements-test.lock pyproject.toml
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV) site_build
