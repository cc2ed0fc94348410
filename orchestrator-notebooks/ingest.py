# Databricks notebook source
# MAGIC %md
# MAGIC **ingest**: raw files, or a simulated fleet of `machines`, to the five tables of the lake.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("source", "")
dbutils.widgets.text("machines", "")
dbutils.widgets.text("replace", "")
dbutils.widgets.text("scoring", "")

# COMMAND ----------

from pm_command import run_pm

dbutils.notebook.exit(run_pm(dbutils, "ingest"))
