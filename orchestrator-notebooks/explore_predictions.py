# Databricks notebook source
# MAGIC %md
# MAGIC **explore_predictions**: scored results: risk, alerts, recommended actions.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("stage", "predictions")
dbutils.widgets.text("output", "/tmp/explore_predictions.html")

# COMMAND ----------

import json
from pathlib import Path

from pm_command import run_pm

document = run_pm(dbutils, "report explore")
displayHTML(Path(json.loads(document)["output"]).read_text())

# COMMAND ----------

dbutils.notebook.exit(document)
