"""Python's own client at the artifacts of a run: prints path and SHA-256 of every file, after adding one."""

import hashlib
import json
import pathlib
import sys
import tempfile

from mlflow import MlflowClient

run_id = sys.argv[1]
client = MlflowClient()

with tempfile.TemporaryDirectory() as folder:
    added = pathlib.Path(folder, "größe.txt")
    added.write_text("from Python", encoding="utf-8")
    client.log_artifact(run_id, str(added), "model")

with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(client.download_artifacts(run_id, "", folder))
    files = [path for path in root.rglob("*") if path.is_file()]
    digests = {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

listed = [entry.path for entry in client.list_artifacts(run_id, "model")]
print(json.dumps({"digests": digests, "listed": listed}))
