# Databricks notebook source
# MAGIC %md
# MAGIC **promote**: the gate, then the transition; where the gate says no, the version in place is kept.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("version", "")
dbutils.widgets.text("stage", "Production")

# COMMAND ----------

from pm_command import run_pm

dbutils.notebook.exit(run_pm(dbutils, "promote"))
