# Databricks notebook source
# MAGIC %md
# MAGIC **train**: labels, split, fit, evaluate, log, register; the new version stands in Staging.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("algorithm", "")
dbutils.widgets.text("table", "")

# COMMAND ----------

from pm_command import run_pm

dbutils.notebook.exit(run_pm(dbutils, "train"))
