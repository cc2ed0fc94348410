"""How a notebook runs its one pm command."""

import json
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GATE_SAID_NO = 3


def run_pm(dbutils, command):
    """Runs `pm COMMAND --json` with the widgets as flags, an empty one being a flag not given, and returns its JSON text.

    Progress appears in the cell as it comes. The gate's no is an outcome like any other; another failure raises with the
    command's own message. Texts and numbers of the JSON become task values, for later tasks of a job to refer to.
    """
    widgets = dbutils.widgets.getAll()
    flags = [f"--{name}={value}" for name, value in widgets.items() if value != ""]
    said = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as answer:
        words = [str(ROOT / "pm"), *command.split(), "--json", *flags]
        with subprocess.Popen(words, cwd=ROOT, stdout=answer, stderr=subprocess.PIPE, text=True) as pm:
            for line in pm.stderr:
                print(line, end="", flush=True)
                said.append(line)
        answer.seek(0)
        document = answer.read()
    if pm.returncode not in (0, GATE_SAID_NO):
        raise RuntimeError(f"pm {command} ended with exit code {pm.returncode}\n{''.join(said[-20:])}")
    for name, value in json.loads(document).items():
        if isinstance(value, (str, int, float)):
            dbutils.jobs.taskValues.set(key=name, value=value)
    return document
