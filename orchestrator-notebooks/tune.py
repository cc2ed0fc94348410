# Databricks notebook source
# MAGIC %md
# MAGIC **tune**: search for better parameters, a nested run each; the best is trained and stands in Staging.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("evaluations", "")
dbutils.widgets.text("sampler", "")
dbutils.widgets.text("resume", "")
dbutils.widgets.text("run", "")
dbutils.widgets.text("table", "")

# COMMAND ----------

from pm_command import run_pm

dbutils.notebook.exit(run_pm(dbutils, "tune"))
