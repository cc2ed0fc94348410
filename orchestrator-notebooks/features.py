# Databricks notebook source
# MAGIC %md
# MAGIC **features**: the five tables to a feature table. Also known as: `table` FEATURES_TABLE, `from` Start_Date, `to` End_Date.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("from", "")
dbutils.widgets.text("to", "")
dbutils.widgets.text("table", "")

# COMMAND ----------

from pm_command import run_pm

dbutils.notebook.exit(run_pm(dbutils, "features"))
