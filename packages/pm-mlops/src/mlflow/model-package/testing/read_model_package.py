"""Reads model directories as a Python user would, and answers in files and one JSON line for the test to judge.

Usage: read_model_package.py DIRECTORY…, each with a package in model/ and row-major float32 rows in rows.f32.
"""

import json
import logging
import sys
from pathlib import Path

import mlflow
import numpy as np
import onnx
import onnxruntime
import pandas as pd
import yaml

logging.getLogger("mlflow").setLevel(logging.ERROR)


def answer(folder: Path) -> dict:
    package = str(folder / "model")
    model = mlflow.models.Model.load(package)
    plain = yaml.safe_load((folder / "model/MLmodel").read_text())
    names = model.signature.inputs.input_names()
    rows = np.fromfile(folder / "rows.f32", dtype=np.float32).reshape(-1, len(names))

    proto = mlflow.onnx.load_model(package)
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, folder / "saved-again.onnx")

    session = onnxruntime.InferenceSession(str(folder / "model/model.onnx"), providers=["CPUExecutionProvider"])
    outputs = session.run(None, {session.get_inputs()[0].name: rows})
    store(folder / "onnxruntime", outputs)

    frame = pd.DataFrame(rows.astype(np.float64), columns=names)
    shuffled = frame[list(reversed(names))].assign(not_a_feature="x")
    pyfunc = mlflow.pyfunc.load_model(package)
    predicted = pyfunc.predict(shuffled)
    store(folder / "pyfunc", [predicted[column].to_numpy() for column in predicted])
    return {
        "inputs": [[column.name, column.type.name, column.required] for column in model.signature.inputs],
        "outputs": [[column.name, column.type.name] for column in model.signature.outputs],
        "predictedColumns": [[name, str(dtype)] for name, dtype in predicted.dtypes.items()],
        "exampleLabels": pyfunc.predict(model.load_input_example(package))["label"].tolist(),
        "missingColumn": error_of(lambda: pyfunc.predict(frame.drop(columns=names[0]))),
        "identity": [plain["run_id"], plain["model_uuid"], plain["utc_time_created"]],
    }


def store(stem: Path, outputs: list) -> None:
    outputs[0].astype(np.uint8).tofile(f"{stem}.label")
    np.column_stack(outputs[1:]).astype(np.float32).tofile(f"{stem}.probabilities")


def error_of(action) -> str:
    try:
        action()
    except mlflow.exceptions.MlflowException as error:
        return str(error)
    return "no error"


print(json.dumps([answer(Path(folder)) for folder in sys.argv[1:]], default=repr))
