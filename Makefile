# `make help` lists the targets. Variables are job parameters of the same name.
SHELL := /bin/sh
.DEFAULT_GOAL := help

MACHINES ?=
SOURCE ?=
EVALUATIONS ?=
WORKFLOW ?= predictive-maintenance
TARGET ?= local
LAKE ?=
SECTION ?=
PROMOTE_TO ?=
FROM ?= databricks://staging
TO ?= databricks://prod
EXPERIMENT ?= /Shared/$(WORKFLOW)

# Said before each command: make itself looks commands up in the PATH that it was started with.
RUN := env PATH="$(CURDIR)/.tools/node_modules/.bin:$(PATH)"
PM := ./pm
INSTALLED := .tools/installed
# Of the Databricks targets: this machine is none of them.
WORKSPACE_TARGET = $(if $(filter local,$(TARGET)),dev,$(TARGET))
# Which workflow and which lake: what every job takes.
SUBJECT = $(foreach name,WORKFLOW LAKE,$(if $($(name)),--param $(name)='$($(name))'))
PARAMETERS = $(foreach name,MACHINES SOURCE WORKFLOW LAKE,$(if $($(name)),--param $(name)='$($(name))'))

.PHONY: help install codegen codegen-check lint format typecheck test test-unit test-integration test-soak bench dist clean ci ui run-training run-tuning run-batch-scoring databricks-authenticate databricks-init databricks-secrets-put databricks-deploy-code databricks-deploy-jobs deploy destroy run-smoke-check run-promotion copy-model cd

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-24s %s\n", $$1, $$2}'
	@echo
	@echo "Variables: MACHINES (simulator size, 100), SOURCE (folder or URL instead of it), WORKFLOW (config/NAME.yaml),"
	@echo "           TARGET (local), LAKE (./lake), SECTION (of bench),"
	@echo "           EVALUATIONS (of run-tuning, 96), PROMOTE_TO (of run-training and cd), FROM and TO (of copy-model)"

install: $(INSTALLED) ## Node 24 and pnpm if missing, and the dependencies

$(INSTALLED): tools/bootstrap.sh package.json pnpm-workspace.yaml pnpm-lock.yaml packages/pm-core/package.json packages/pm-mlops/package.json
	@sh tools/bootstrap.sh
	@touch $@

run-training: install ## raw tables to a model version in Production (PROMOTE_TO=Staging stops before)
	@$(PM) jobs run training --target $(TARGET) $(PARAMETERS) $(if $(PROMOTE_TO),--param promoteTo=$(PROMOTE_TO))

run-promotion: install ## the version in Staging to Production, if the gate says so
	@$(PM) jobs run promotion --target $(TARGET) $(SUBJECT)

run-smoke-check: install ## whether what was deployed works: archive, libraries, lake, registry
	@$(PM) jobs run smoke-check --target $(TARGET) $(SUBJECT)

copy-model: install ## the version in Staging of one registry (FROM) to Staging of another (TO)
	@MLFLOW_TRACKING_URI=$(FROM) $(PM) models copy $(WORKFLOW)/Staging --to $(TO) --stage Staging --experiment $(EXPERIMENT)

cd: ## deliver to a workspace: deploy, check, train (TARGET=dev; PROMOTE_TO=Staging stops before Production)
	@$(MAKE) deploy TARGET=$(WORKSPACE_TARGET)
	@$(MAKE) run-smoke-check TARGET=$(WORKSPACE_TARGET)
	@$(MAKE) run-training TARGET=$(WORKSPACE_TARGET)

run-tuning: install ## a sweep over parameters, its best model in Production
	@$(PM) jobs run tuning --target $(TARGET) $(PARAMETERS) $(if $(EVALUATIONS),--param EVALUATIONS='$(EVALUATIONS)')

run-batch-scoring: install ## score the lake with the Production model
	@$(PM) jobs run batch-scoring --target $(TARGET) $(PARAMETERS)

databricks-authenticate: install ## which workspace this is, and as whom
	@$(PM) auth

databricks-init: install ## find or create folders, experiment, secret scope, volume and cluster (TARGET=dev)
	@$(PM) init --target $(WORKSPACE_TARGET)

databricks-secrets-put: install ## store the secret KEY from stdin, or from the variable ENV of the environment
	@$(PM) secrets put $(KEY) --target $(WORKSPACE_TARGET) $(if $(ENV),--env $(ENV))

databricks-deploy-code: dist ## archive and notebooks to the workspace, no jobs (TARGET=dev)
	@$(PM) deploy --target $(WORKSPACE_TARGET) --only code $(DEPLOY)

databricks-deploy-jobs: install ## jobs to the workspace, for code that is there (TARGET=dev)
	@$(PM) deploy --target $(WORKSPACE_TARGET) --only jobs $(DEPLOY)

deploy: dist ## code and jobs to the workspace (TARGET=dev; DEPLOY=--plan shows the changes, --prune removes stale ones)
	@$(PM) deploy --target $(WORKSPACE_TARGET) $(DEPLOY)

destroy: install ## what of ours would go from the workspace; CONFIRM=NAME of the bundle removes it (TARGET=dev)
	@$(PM) destroy --target $(WORKSPACE_TARGET) $(if $(CONFIRM),--confirm $(CONFIRM))

codegen: install ## make the generated files from their sources (needs Python)
	@$(RUN) node tools/codegen/codegen.ts

codegen-check: install ## fail if a generated file is stale
	@$(RUN) node tools/codegen/codegen.ts --check

lint: install ## Biome: lint and format check
	@$(RUN) pnpm run --silent lint

format: install ## Biome: write the format
	@$(RUN) pnpm run --silent format

typecheck: install ## TypeScript
	@$(RUN) pnpm run --silent typecheck

test: install ## all tests
	@$(RUN) pnpm exec vitest run

test-unit: install ## tests without Python or servers
	@$(RUN) pnpm exec vitest run --project pm-core --project pm-mlops

test-integration: install ## tests with real MLflow servers and Python readers
	@$(RUN) pnpm exec vitest run --project integration

test-soak: install ## 500 kills of processes that log to the embedded store (needs Python), each request to a workspace failing in each way (an hour)
	@$(RUN) SOAK_KILLS=500 pnpm exec vitest run --project integration packages/pm-mlops/src/mlflow/embedded/kills
	@$(RUN) SOAK_KILLS=500 pnpm exec vitest run --project pm-mlops --testTimeout=10800000 pipelines/databricks/faults copy-faults run-remote deploy/deploy

bench: install ## measure against the peers (SECTION=name for one)
	@$(RUN) node bench/bench.ts $(SECTION)

dist: install ## dist/pm-VERSION-DIGEST.tar.gz: pm with Node and all libraries for linux-x64
	@$(RUN) node tools/archive/build-archive.ts

ui: install ## the real MLflow UI on this folder
	@$(RUN) node tools/mlflow-ui.ts

ci: ## what CI runs
	@bash .ci/run

clean: ## remove the tools and dependencies (the lake and mlflow.db stay)
	rm -rf .tools node_modules packages/*/node_modules
