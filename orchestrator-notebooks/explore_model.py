# Databricks notebook source
# MAGIC %md
# MAGIC **explore_model**: the registered model, its test figures and its history.

# COMMAND ----------

dbutils.widgets.text("config", "config/predictive-maintenance.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("stage", "model")
dbutils.widgets.text("output", "explore_model.html")

# COMMAND ----------

from pm_command import page_of, run_pm

document = run_pm(dbutils, "report explore")
displayHTML(page_of(document))

# COMMAND ----------

dbutils.notebook.exit(document)
