"""Reads a training through mlflow's own client: searches, histories, datasets, nesting, links.

Request: {"experiment": name, "runId": id of the training, "model": registered name, "metric": key with a history}.
"""

import json
import sys

import mlflow
from mlflow import MlflowClient

request = json.loads(sys.argv[1])
client = MlflowClient()
run_id, name = request["runId"], request["model"]

frame = mlflow.search_runs(experiment_names=[request["experiment"]], filter_string="metrics.test_accuracy > 0")
children = mlflow.search_runs(
    experiment_names=[request["experiment"]],
    filter_string=f"tags.mlflow.parentRunId = '{run_id}'",
    order_by=["attributes.run_name"],
)
run = client.get_run(run_id)
logged = mlflow.get_logged_model(run.outputs.model_outputs[0].model_id)
version = client.get_model_version_by_alias(name, "champion")
details = mlflow.models.get_model_info(f"models:/{name}@champion")
example = mlflow.pyfunc.load_model(f"models:/{name}/Production").input_example

print(
    json.dumps(
        {
            "run": {
                "status": run.info.status,
                "name": run.info.run_name,
                "user": run.data.tags["mlflow.user"],
                "source": run.data.tags["mlflow.source.name"],
                "params": run.data.params,
                "metrics": run.data.metrics,
                "artifacts": sorted(entry.path for entry in client.list_artifacts(run_id, "evaluation")),
            },
            "found": frame.run_id.tolist(),
            "foundAccuracy": frame["metrics.test_accuracy"].tolist(),
            "children": children["tags.mlflow.runName"].tolist() if len(children) else [],
            "history": [[point.step, point.value] for point in client.get_metric_history(run_id, request["metric"])],
            "datasets": [
                {
                    "name": one.dataset.name,
                    "digest": one.dataset.digest,
                    "context": {tag.key: tag.value for tag in one.tags}["mlflow.data.context"],
                    "rows": json.loads(one.dataset.profile)["num_rows"],
                    "columns": len(json.loads(one.dataset.schema)["mlflow_colspec"]),
                }
                for one in run.inputs.dataset_inputs
            ],
            "loggedModel": {
                "sourceRunId": logged.source_run_id,
                "status": str(logged.status),
                "metrics": {metric.key: metric.value for metric in logged.metrics},
                "versions": logged.tags.get("mlflow.modelVersions"),
            },
            "version": {
                "number": version.version,
                "runId": version.run_id,
                "stage": version.current_stage,
                "source": version.source,
                "aliases": list(version.aliases),
                "description": version.description,
            },
            "modelId": logged.model_id,
            "signature": {
                "inputs": details.signature.inputs.input_names(),
                "outputs": details.signature.outputs.input_names(),
            },
            "exampleRows": 0 if example is None else len(example),
        }
    )
)
