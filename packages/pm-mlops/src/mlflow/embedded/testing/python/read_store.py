"""Reads through a tracking server what a store wrote, and prints it as JSON."""

import json
import math
import pathlib
import sys

import mlflow
from mlflow import MlflowClient

uri, experiment_name, model_name = sys.argv[1:]
mlflow.set_tracking_uri(uri)
client = MlflowClient()
experiment = client.get_experiment_by_name(experiment_name)
[found] = client.search_runs([experiment.experiment_id], "metrics.f1 > 0.5 and params.trees = '200'")
run = client.get_run(found.info.run_id)
production = client.get_latest_versions(model_name, ["Production"])[0]
champion = client.get_model_version_by_alias(model_name, "champion")
[logged] = mlflow.search_logged_models([experiment.experiment_id], output_format="list")
model_folder = mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{model_name}@champion")

print(
    json.dumps(
        {
            "experimentTags": experiment.tags,
            "run": {
                "name": run.info.run_name,
                "status": run.info.status,
                "times": [run.info.start_time, run.info.end_time],
                "params": run.data.params,
                "tags": run.data.tags,
                "metrics": {
                    key: "NaN" if math.isnan(value) else value for key, value in run.data.metrics.items()
                },
                "history": [
                    [point.step, point.timestamp, point.value] for point in client.get_metric_history(run.info.run_id, "f1")
                ],
                "datasets": [
                    [one.dataset.name, one.dataset.digest, {tag.key: tag.value for tag in one.tags}]
                    for one in run.inputs.dataset_inputs
                ],
                "outputs": [one.model_id == logged.model_id for one in run.outputs.model_outputs],
            },
            "logged": [logged.name, str(logged.status), logged.params, logged.metrics[0].value],
            "versions": [
                [version.version, version.current_stage]
                for version in client.search_model_versions(f"name = '{model_name}'", order_by=["version_number"])
            ],
            "production": [production.version, production.description, production.tags],
            "champion": champion.version,
            "artifacts": [file.path for file in client.list_artifacts(run.info.run_id, "notes")],
            "text": mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes/hello.txt"),
            "modelFiles": sorted(file.name for file in pathlib.Path(model_folder).iterdir()),
        }
    )
)
