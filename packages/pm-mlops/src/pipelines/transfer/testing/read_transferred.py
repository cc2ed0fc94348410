"""Prints as JSON what MLflow's own client sees at the server named on the command line after the transfers of the test."""

import json
import os
import sys

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
import mlflow
import pandas as pd
from mlflow import MlflowClient

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
runs = mlflow.search_runs(experiment_names=["old fleet"], output_format="list")
parent = next(run for run in runs if run.info.run_name == "parent")
child = next(run for run in runs if run.info.run_name == "child")
history = client.get_metric_history(parent.info.run_id, "loss/train")
echo = mlflow.pyfunc.load_model("models:/echo/Production")
print(
    json.dumps(
        {
            "runs": len(runs),
            "nested": child.data.tags["mlflow.parentRunId"] == parent.info.run_id,
            "history": [[point.step, repr(point.value)] for point in sorted(history, key=lambda one: one.step)],
            "datasets": [dataset.dataset.name for dataset in parent.inputs.dataset_inputs],
            "champion": client.get_model_version_by_alias("echo", "champion").run_id == parent.info.run_id,
            "predicted": echo.predict(pd.DataFrame({"x": [4.0]}))["x"].tolist(),
            "bearing": client.get_model_version_by_alias("bearing", "champion").current_stage,
        }
    )
)
