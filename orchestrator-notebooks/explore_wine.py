# Databricks notebook source
# MAGIC %md
# MAGIC **explore_wine**: the rows of a plain table, by class.

# COMMAND ----------

dbutils.widgets.text("config", "config/wine-quality.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("stage", "samples")
dbutils.widgets.text("output", "/tmp/explore_wine.html")

# COMMAND ----------

import json
from pathlib import Path

from pm_command import run_pm

document = run_pm(dbutils, "report explore")
displayHTML(Path(json.loads(document)["output"]).read_text())

# COMMAND ----------

dbutils.notebook.exit(document)
