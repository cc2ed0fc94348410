"""Does with MLflow's own client what people do with a tracking server, and prints what it saw as JSON."""

import json
import pathlib
import sys
import tempfile

import mlflow
import numpy as np
import onnx
import pandas as pd
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from sklearn.linear_model import LogisticRegression

uri = sys.argv[1]
mlflow.set_tracking_uri(uri)
client = MlflowClient()
seen = {}


class Doubler(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[float]) -> list[float]:
        return [2 * value for value in model_input]


def error_of(call):
    try:
        call()
    except MlflowException as error:
        return error.error_code
    return None


experiment_id = client.create_experiment("from python", tags={"team": "maintenance"})
mlflow.set_experiment("from python")
with mlflow.start_run(run_name="parent") as parent:
    mlflow.log_params({"trees": 200, "depth": 15})
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metric("broken", float("nan"))
    mlflow.set_tag("owner", "ada")
    dataset = mlflow.data.from_numpy(np.array([1.0, 2.0]), name="readings", source="http://example.invalid/readings")
    mlflow.log_input(dataset, context="training")
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.log_dict({"a": 1}, "with space.json")
    model = mlflow.pyfunc.log_model(name="model", python_model=Doubler(), registered_model_name="doubler")
    line = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    line_model = mlflow.sklearn.log_model(line, name="line", input_example=np.array([[0.5]]))
    twice = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["": 17]> g (float[N, 1] x) => (float[N, 1] y) { y = Add(x, x) }'
    )
    twice_model = mlflow.onnx.log_model(twice, name="twice", registered_model_name="twice")
    mlflow.set_tags({"line": "7", "shift": "night"})
    figure = Figure()
    figure.subplots().plot([1, 2, 3])
    mlflow.log_figure(figure, "figures/line.png")
    for machine in ("007", "008"):
        mlflow.log_table({"machine": [machine], "risk": [0.5]}, "tables/risks.json")
    mlflow.log_image(np.zeros((4, 4, 3), dtype=np.uint8), "images/black.png")
    frame = pd.DataFrame({"volt": [170.5, None], "machine": ["007", "008"]})
    mlflow.log_input(mlflow.data.from_pandas(frame, name="frame", targets="machine"), context="testing", tags={"a": "b"})
    with mlflow.start_run(run_name="child", nested=True) as child:
        mlflow.log_metrics({"loss": 0.01, "recall": 0.5}, step=3)
        with mlflow.start_run(run_name="grandchild", nested=True):
            mlflow.log_param("depth", 2)

run_id = parent.info.run_id
run = client.get_run(run_id)
seen["run"] = {
    "name": run.info.run_name,
    "status": run.info.status,
    "params": run.data.params,
    "owner": run.data.tags["owner"],
    "loss": run.data.metrics["loss"],
    "isBrokenNan": bool(np.isnan(run.data.metrics["broken"])),
    "history": [(m.step, m.value) for m in client.get_metric_history(run_id, "loss")],
    "datasets": [(d.dataset.name, d.tags[0].value) for d in run.inputs.dataset_inputs],
    "models": sorted(m.model_id in (model.model_id, line_model.model_id) for m in run.outputs.model_outputs),
    "line": mlflow.sklearn.load_model(line_model.model_uri).predict([[0.1], [0.9]]).tolist(),
}
seen["artifacts"] = {
    "top": [(f.path, f.is_dir, f.file_size) for f in client.list_artifacts(run_id)],
    "below": [f.path for f in client.list_artifacts(run_id, "notes")],
    "text": mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt"),
}
with tempfile.TemporaryDirectory() as folder:
    downloaded = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="notes", dst_path=folder)
    seen["artifacts"]["downloaded"] = [file.name for file in pathlib.Path(downloaded).iterdir()]

seen["files"] = {
    "onnx": mlflow.onnx.load_model(twice_model.model_uri).graph.node[0].op_type,
    "onnxPredictions": mlflow.pyfunc.load_model("models:/twice/1").predict(np.array([[1.5]], dtype=np.float32))["y"].tolist(),
    "figure": client.list_artifacts(run_id, "figures")[0].path,
    "table": mlflow.load_table("tables/risks.json", run_ids=[run_id]).to_dict("list"),
    "dict": mlflow.artifacts.load_dict(f"runs:/{run_id}/with space.json"),
    "image": mlflow.artifacts.load_image(f"runs:/{run_id}/images/black.png").size,
    "tags": {key: run.data.tags[key] for key in ("line", "shift")},
    "inputs": sorted(
        (d.dataset.name, d.dataset.schema, d.dataset.profile, sorted((t.key, t.value) for t in d.tags))
        for d in run.inputs.dataset_inputs
        if d.dataset.name == "frame"
    ),
    "isChildOfParent": client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == run_id,
    "logged": mlflow.get_logged_model(twice_model.model_id).name,
}

client.log_batch(
    run_id,
    metrics=[Metric("f1", value, 1000 + step, step) for step, value in enumerate([0.5, 0.75])],
    params=[Param("bins", "64")],
    tags=[RunTag("mlflow.note.content", "a *note*")],
)


def found(filter_string, **options):
    runs = client.search_runs([experiment_id], filter_string, **options)
    return [run.info.run_name for run in runs]


def pages(search, size):
    token, found = None, []
    while True:
        page = search(max_results=size, page_token=token)
        found.append([len(page), bool(page.token)])
        token = page.token
        if not token:
            return found


seen["pages"] = {
    "runs": pages(lambda **page: client.search_runs([experiment_id], **page), 2),
    "experiments": pages(lambda **page: client.search_experiments(order_by=["name ASC"], **page), 1),
    "versions": pages(lambda **page: client.search_model_versions("name LIKE '%'", **page), 1),
    "models": pages(lambda **page: client.search_registered_models(**page), 1),
    "logged": pages(lambda **page: client.search_logged_models([experiment_id], **page), 2),
}
seen["search"] = {
    "metric": found("metrics.loss < 0.1 and attributes.status = 'FINISHED'"),
    "tag": found("tags.owner ILIKE 'AD%' AND params.`trees` = '200'"),
    "lacking": found("params.trees IS NULL"),
    "dataset": found("dataset.name = 'readings' and dataset.context IN ('training')"),
    "ordered": found("", order_by=["metrics.loss ASC"]),
    "children": found(f"tags.mlflow.parentRunId = '{run_id}'"),
    "paged": [len(client.search_runs([experiment_id], max_results=1)), len(mlflow.search_runs([experiment_id]))],
    "deleted": [len(client.search_runs([experiment_id], run_view_type=ViewType.DELETED_ONLY))],
    "experiments": [e.name for e in client.search_experiments(filter_string="tags.team = 'maintenance'")],
}

version = client.get_latest_versions("doubler", ["None"])[0].version
client.transition_model_version_stage("doubler", version, "Production", archive_existing_versions=True)
client.set_registered_model_alias("doubler", "champion", version)
client.set_model_version_tag("doubler", version, "gate", "passed")
client.update_registered_model("doubler", "twice the input")
second = client.create_model_version("doubler", f"models:/{model.model_id}", run_id, model_id=model.model_id)
client.transition_model_version_stage("doubler", second.version, "Production", archive_existing_versions=True)
seen["registry"] = {
    "stages": [
        (v.version, v.current_stage)
        for v in client.search_model_versions("name = 'doubler'", order_by=["version_number ASC"])
    ],
    "champion": client.get_model_version_by_alias("doubler", "champion").version,
    "predictions": [
        list(mlflow.pyfunc.load_model(f"models:/doubler{which}").predict([1.0, 2.5]))
        for which in ("@champion", "/Production")
    ],
    "models": [(m.name, m.description) for m in client.search_registered_models("name LIKE 'doub%'")],
    "tags": client.get_model_version("doubler", version).tags,
    "logged": sorted(m.name for m in mlflow.search_logged_models([experiment_id], output_format="list")),
    "loggedStatus": str(mlflow.get_logged_model(model.model_id).status),
}
seen["errors"] = {
    "param": error_of(lambda: client.log_param(run_id, "trees", 100)),
    "run": error_of(lambda: client.get_run("0" * 32)),
    "experiment": error_of(lambda: client.create_experiment("from python")),
    "model": error_of(lambda: client.get_registered_model("nobody")),
    "stage": error_of(lambda: client.transition_model_version_stage("doubler", version, "Bogus")),
    "filter": error_of(lambda: client.search_runs([experiment_id], "metrics.loss ~ 1")),
}
client.delete_run(run_id)
seen["deleted"] = client.get_run(run_id).info.lifecycle_stage
seen["deletedFound"] = [
    len(client.search_runs([experiment_id], run_view_type=view)) for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY)
]
seen["deletedWrites"] = error_of(lambda: client.log_metric(run_id, "loss", 1))
client.restore_run(run_id)
seen["restored"] = client.get_run(run_id).info.lifecycle_stage
client.delete_tag(run_id, "owner")
seen["tagsAfter"] = "owner" in client.get_run(run_id).data.tags
client.delete_experiment(experiment_id)
seen["experimentDeleted"] = [
    client.get_experiment(experiment_id).lifecycle_stage,
    [e.name for e in client.search_experiments(view_type=ViewType.DELETED_ONLY)],
    error_of(lambda: client.create_run(experiment_id)),
]
client.restore_experiment(experiment_id)
client.rename_experiment(experiment_id, "renamed")
seen["experimentRestored"] = client.get_experiment_by_name("renamed").lifecycle_stage
client.rename_registered_model("twice", "two times")
client.set_registered_model_alias("two times", "best", "1")
seen["renamed"] = mlflow.models.get_model_info("models:/two times@best").flavors["onnx"]["data"]
client.delete_registered_model_alias("two times", "best")
seen["aliasGone"] = error_of(lambda: client.get_model_version_by_alias("two times", "best"))
copied = client.copy_model_version("models:/two times/1", "copy")
seen["copied"] = (copied.version, client.get_model_version_download_uri("copy", copied.version) == copied.source)
client.delete_registered_model("two times")
client.delete_registered_model("copy")
client.delete_model_version("doubler", version)
client.delete_registered_model("doubler")
seen["modelsAfter"] = len(client.search_registered_models())
print(json.dumps(seen))
