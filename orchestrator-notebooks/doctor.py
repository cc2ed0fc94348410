# Databricks notebook source
# MAGIC %md
# MAGIC **doctor**: what is installed and reachable here; fails if something would stop a training.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")

# COMMAND ----------

from pm_command import run_pm

dbutils.notebook.exit(run_pm(dbutils, "doctor"))
