# Databricks notebook source
# MAGIC %md
# MAGIC **full_scoring_workflow**: the whole batch scoring job, ingest to score, on this driver.
# MAGIC `param` takes one job parameter, such as `SOURCE=/Volumes/main/pm/raw`.

# COMMAND ----------

dbutils.widgets.text("target", "local")
dbutils.widgets.text("param", "")

# COMMAND ----------

from pm_command import run_pm

dbutils.notebook.exit(run_pm(dbutils, "jobs run batch-scoring"))
