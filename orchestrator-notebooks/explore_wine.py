# Databricks notebook source
# MAGIC %md
# MAGIC **explore_wine**: the rows of a plain table, by class.

# COMMAND ----------

dbutils.widgets.text("config", "config/wine-quality.yaml")
dbutils.widgets.text("lake", "./lake")
dbutils.widgets.text("stage", "samples")
dbutils.widgets.text("output", "explore_wine.html")

# COMMAND ----------

from pm_command import page_of, run_pm

document = run_pm(dbutils, "report explore")
displayHTML(page_of(document))

# COMMAND ----------

dbutils.notebook.exit(document)
