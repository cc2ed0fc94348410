# Databricks notebook source
# MAGIC %md
# MAGIC **explore_telemetry**: the raw tables of the fleet.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("stage", "telemetry")
dbutils.widgets.text("output", "/tmp/explore_telemetry.html")

# COMMAND ----------

import json
from pathlib import Path

from pm_command import run_pm

document = run_pm(dbutils, "report explore")
displayHTML(Path(json.loads(document)["output"]).read_text())

# COMMAND ----------

dbutils.notebook.exit(document)
