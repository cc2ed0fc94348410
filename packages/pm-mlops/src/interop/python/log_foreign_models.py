"""Trains scikit-learn models on an exported labelled table and registers them with mlflow, as a data scientist would.

Request: {"table": Parquet file, "trainUntil": last cutoff to train on, "answers": folder}. What ONNX Runtime says in Python of
every row by the forest and by the regression goes to answers/forest.parquet and answers/regression.parquet.
"""

import json
import sys

import mlflow
import numpy as np
import onnxruntime
import pandas as pd
from mlflow.models import infer_signature
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType

NAME = "predictive-maintenance"
# Named, or MLflow loads each model in a process of its own to find out.
REQUIREMENTS = ["mlflow", "onnxruntime", "scikit-learn"]
request = json.loads(sys.argv[1])
table = pd.read_parquet(request["table"]).dropna(subset=["label"])
train = table[table.window_end <= request["trainUntil"]]
labels = train.label.astype("int64")
# Not the order of the table, and not all of it: what counts is the signature.
features = sorted(name for name in table.columns if name not in ("machine_id", "window_end", "label"))[5:]


def rows(frame: pd.DataFrame) -> np.ndarray:
    return frame[features].to_numpy(np.float32)


def to_graph(model, zipmap=False):
    floats = [("X", FloatTensorType([None, len(features)]))]
    return to_onnx(model, initial_types=floats, target_opset=17, options={id(model): {"zipmap": zipmap}})


def register(graph, name: str, signature="columns", example=None) -> None:
    if signature == "columns":
        signature = infer_signature(train[features].head(20).fillna(0))
    with mlflow.start_run(run_name=f"python {name}"):
        mlflow.onnx.log_model(
            graph,
            name="model",
            signature=signature,
            input_example=example,
            registered_model_name=name,
            pip_requirements=REQUIREMENTS,
        )


def answer(graph, name: str) -> None:
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    label, probabilities = session.run(None, {"X": rows(table)})
    classes = ["none", "comp1", "comp2", "comp3", "comp4"]
    columns = {f"probability_{one}": probabilities[:, at] for at, one in enumerate(classes)}
    told = table[["machine_id", "window_end"]].assign(label=label, **columns)
    told.to_parquet(f"{request['answers']}/{name}.parquet", index=False)


mlflow.set_experiment("python")
forest = RandomForestClassifier(n_estimators=12, max_depth=9, random_state=3).fit(rows(train), labels)
regression = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=60))
regression.fit(rows(train), labels)
for name, model in {"forest": forest, "regression": regression}.items():
    graph = to_graph(model)
    register(graph, NAME, example=train[features].fillna(0).head(3))
    answer(graph, name)

register(to_graph(forest), "no-signature", signature=None)
register(to_graph(forest), "tensor-signature", signature=infer_signature(rows(train.head(20))))
register(to_graph(forest, zipmap=True), "maps-for-answers")
two_classes = RandomForestClassifier(n_estimators=3, max_depth=3, random_state=3).fit(rows(train), labels > 0)
register(to_graph(two_classes), "two-classes")
no_imputer = LogisticRegression(max_iter=5).fit(np.nan_to_num(rows(train)), labels)
register(to_graph(no_imputer), "no-rule-for-nulls")
with mlflow.start_run(run_name="python sklearn"):
    signature = infer_signature(train[features].head(20).fillna(0))
    mlflow.sklearn.log_model(
        no_imputer,
        name="model",
        signature=signature,
        registered_model_name="sklearn-only",
        pip_requirements=REQUIREMENTS,
    )
print(json.dumps({"features": features}))
