# Databricks notebook source
# MAGIC %md
# MAGIC **score**: predictions for every window of the period. Also known as: `results-table` RESULTS_TABLE, `from` Start_Date, `to` End_Date.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("model", "")
dbutils.widgets.text("new", "")
dbutils.widgets.text("source", "")
dbutils.widgets.text("from", "")
dbutils.widgets.text("to", "")
dbutils.widgets.text("results-table", "")

# COMMAND ----------

from pm_command import run_pm

dbutils.notebook.exit(run_pm(dbutils, "score"))
