# Databricks notebook source
# MAGIC %md
# MAGIC **explore_predictions**: scored results: risk, alerts, recommended actions.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("stage", "predictions")
dbutils.widgets.text("output", "explore_predictions.html")

# COMMAND ----------

from pm_command import page_of, run_pm

document = run_pm(dbutils, "report explore")
displayHTML(page_of(document))

# COMMAND ----------

dbutils.notebook.exit(document)
