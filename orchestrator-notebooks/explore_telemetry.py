# Databricks notebook source
# MAGIC %md
# MAGIC **explore_telemetry**: the raw tables of the fleet.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("stage", "telemetry")
dbutils.widgets.text("output", "explore_telemetry.html")

# COMMAND ----------

from pm_command import page_of, run_pm

document = run_pm(dbutils, "report explore")
displayHTML(page_of(document))

# COMMAND ----------

dbutils.notebook.exit(document)
