"""Runs a notebook as it is: NOTEBOOK WIDGETS-AS-JSON [spark]. Prints what it exits with and the task values it sets.

Given values without a widget are shown beside the widgets, as Databricks shows job parameters. With NOTEBOOK_TOKEN set, the
notebook has a context with the right to the workspace NOTEBOOK_HOST, as NOTEBOOK_USER. NOTEBOOK_SECRETS has secrets as JSON: scope, key, value.
With `spark` it runs within a local Spark session.
"""

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

notebook, given = Path(sys.argv[1]), json.loads(sys.argv[2])
values, task_values, exits = dict(given), {}, []
scopes = json.loads(os.environ.pop("NOTEBOOK_SECRETS", "{}"))


def option(value):
    return lambda: SimpleNamespace(get=lambda: value)


def notebook_calls():
    calls = SimpleNamespace(exit=exits.append)
    if "NOTEBOOK_TOKEN" in os.environ:
        token, host = os.environ.pop("NOTEBOOK_TOKEN"), os.environ.pop("NOTEBOOK_HOST")
        user = os.environ.pop("NOTEBOOK_USER", "robot@example.com")
        context = SimpleNamespace(apiUrl=option(host), apiToken=option(token), userName=option(user))
        java = SimpleNamespace(notebook=lambda: SimpleNamespace(getContext=lambda: context))
        calls.entry_point = SimpleNamespace(getDbutils=lambda: java)
    return calls


def secrets_of(name):
    if name not in scopes:
        raise Exception(f"Secret does not exist with scope: {name}\n\tat a.java.Stack")
    return scopes[name]


dbutils = SimpleNamespace(
    widgets=SimpleNamespace(
        text=lambda name, default: values.update({name: given.get(name, default)}),
        getAll=lambda: dict(values),
    ),
    jobs=SimpleNamespace(taskValues=SimpleNamespace(set=lambda key, value: task_values.update({key: value}))),
    notebook=notebook_calls(),
    secrets=SimpleNamespace(
        list=lambda scope: [SimpleNamespace(key=key) for key in secrets_of(scope)],
        get=lambda scope, key: secrets_of(scope)[key],
    ),
)
scope = {"dbutils": dbutils, "displayHTML": lambda page: print("PAGE", page[:60].replace("\n", " "))}
if "spark" in sys.argv[3:]:
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    scope["spark"] = session
sys.path.insert(0, str(notebook.parent))
exec(compile(notebook.read_text(), str(notebook), "exec"), scope)
print("EXIT", json.dumps({"exits": [json.loads(text) for text in exits], "taskValues": task_values}))
if "spark" in sys.argv[3:]:
    print("SPARK ROWS", scope["spark"].read.parquet(f"{given['lake']}/predictions").count())
