# Databricks notebook source
# MAGIC %md
# MAGIC **evaluate**: a stored model's figures on a labelled table.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("model", "")
dbutils.widgets.text("table", "")
dbutils.widgets.text("from", "")
dbutils.widgets.text("to", "")

# COMMAND ----------

from pm_command import run_pm

dbutils.notebook.exit(run_pm(dbutils, "evaluate"))
