"""Logs points of the metric `python` to a run, one call each."""

import sys

from mlflow import MlflowClient

uri, run_id, count = sys.argv[1:]
client = MlflowClient(uri)
for step in range(int(count)):
    client.log_metric(run_id, "python", step, step=step)
