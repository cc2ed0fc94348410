"""Scores an exported feature table on local Spark with mlflow.pyfunc.spark_udf.

Request: {"table": Parquet file, "model": model URI, "answers": folder}. The answer's rows go to answers/spark.parquet.
"""

import json
import os
import sys

import mlflow
from pyspark.sql import SparkSession

request = json.loads(sys.argv[1])
os.environ["PYSPARK_PYTHON"] = sys.executable
spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
score = mlflow.pyfunc.spark_udf(spark, request["model"], env_manager="local")
table = spark.read.parquet(request["table"]).withColumn("predicted", score())
scored = table.select("machine_id", "window_end", "predicted.*")
scored.write.parquet(f"{request['answers']}/spark.parquet")
print(json.dumps({"schema": scored.schema.simpleString()}))
spark.stop()
