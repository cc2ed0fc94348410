"""Logs runs and metrics with MLflow's own client; prints the seconds of each workload as JSON.

python log_runs.py TRACKING_URI RUNS METRICS
"""

import json
import sys
import time

from mlflow import MlflowClient
from mlflow.entities import Metric

uri, runs, metrics = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
client = MlflowClient(tracking_uri=uri)
experiment_id = client.create_experiment(f"python-{time.time()}")


def point(step: int) -> Metric:
    return Metric("loss", 1 / (step + 1), int(time.time() * 1000), step)


def create_run() -> str:
    return client.create_run(experiment_id, run_name="bench", tags={"team": "bench"}).info.run_id


def log_runs() -> None:
    for _ in range(runs):
        run_id = create_run()
        client.log_batch(run_id, metrics=[point(step) for step in range(10)])
        client.set_terminated(run_id)


def log_metrics_one_by_one() -> None:
    run_id = create_run()
    for step in range(metrics):
        client.log_metric(run_id, "loss", 1 / (step + 1), step=step)


def log_metrics_in_batches() -> None:
    run_id = create_run()
    points = [point(step) for step in range(metrics)]
    for start in range(0, metrics, 1000):
        client.log_batch(run_id, metrics=points[start : start + 1000])


def seconds(workload) -> float:
    started = time.perf_counter()
    workload()
    return time.perf_counter() - started


create_run()
workloads = (log_runs, log_metrics_one_by_one, log_metrics_in_batches)
print(json.dumps([seconds(workload) for workload in workloads]))
