"""Logs one of everything into the file store named on the command line, with MLflow's own client."""

import os
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
import mlflow
import pandas as pd
from mlflow import MlflowClient

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
experiment = mlflow.set_experiment("old fleet")
client.set_experiment_tag(experiment.experiment_id, "plant", "Łódź")


class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input):
        return model_input


with mlflow.start_run(run_name="parent"):
    mlflow.log_params({"a/b": "x", "multi": "line1\nline2"})
    for step, value in enumerate([1.5, float("nan"), float("inf"), -0.25]):
        mlflow.log_metric("loss/train", value, step=step)
    mlflow.log_text("hello", "sub/dir/t.txt")
    frame = pd.DataFrame({"x": [1.0]})
    mlflow.log_input(mlflow.data.from_pandas(frame, name="ds"), context="training", tags={"extra": "y"})
    with mlflow.start_run(run_name="child", nested=True):
        mlflow.log_metric("z", 3)
    info = mlflow.pyfunc.log_model(name="model", python_model=Echo(), registered_model_name="echo")
    mlflow.log_metric("auc", 0.5, model_id=info.model_id, step=3)

client.set_registered_model_alias("echo", "champion", "1")
client.set_model_version_tag("echo", "1", "gate", "passed")
client.set_registered_model_tag("echo", "owner", "reliability")
client.transition_model_version_stage("echo", "1", "Production")
client.delete_run(client.create_run(experiment.experiment_id).info.run_id)
