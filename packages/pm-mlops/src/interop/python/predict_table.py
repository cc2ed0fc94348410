"""What mlflow.pyfunc says of a table's rows: the model's columns in their order, and one list a column."""

import json
import sys

import mlflow
import pandas as pd

request = json.loads(sys.argv[1])
model = mlflow.pyfunc.load_model(request["model"])
rows = pd.DataFrame(request["rows"]).astype("float64")
answer = pd.DataFrame(model.predict(rows))
inputs = [column.name for column in model.metadata.signature.inputs]
print(json.dumps({"inputs": inputs, "outputs": {name: answer[name].tolist() for name in answer.columns}}))
