"""How a notebook runs its one pm command."""

import fcntl
import getpass
import json
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent
# One line, written by the deploy: where the archive of this version lies. Without it, pm is that of the checkout.
ARCHIVE_POINTER = HERE / "archive.txt"
# Written by the deploy: environment variables of pm, such as the experiment that was made for it.
SETTINGS = HERE / "environment.json"
# Databricks hands job parameters to a notebook beside its own widgets; those are not written like flags.
FLAG = re.compile(r"[a-z][a-z0-9-]*")
SECRET_SCOPE = "SECRET_SCOPE"  # job parameter: whose keys that are written like environment variables become such
VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
GATE_SAID_NO = 3


def run_pm(dbutils, command):
    """Runs `pm COMMAND --json` with the widgets as flags, an empty one being a flag not given, and returns its JSON text.

    Progress appears in the cell as it comes. The gate's no is an outcome like any other; another failure raises with the
    command's own message. Texts and numbers of the JSON become task values, for later tasks of a job to refer to.
    """
    home = unpacked(Path(ARCHIVE_POINTER.read_text().strip())) if ARCHIVE_POINTER.exists() else HERE.parent
    widgets = dbutils.widgets.getAll()
    flags = [f"--{name}={value}" for name, value in widgets.items() if value != "" and FLAG.fullmatch(name)]
    said = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as answer:
        words = [str(home / "pm"), *command.split(), "--json", *flags]
        given = environment(dbutils, widgets.get(SECRET_SCOPE))
        with subprocess.Popen(words, cwd=home, env=given, stdout=answer, stderr=subprocess.PIPE) as pm:
            try:
                for line in (raw.decode(errors="replace") for raw in pm.stderr):
                    print(line, end="", flush=True)
                    said.append(line)
            except BaseException:  # the cell was cancelled: pm ends its run and lets go of the lake
                pm.terminate()
                pm.wait()
                raise
        answer.seek(0)
        document = answer.read()
    if pm.returncode not in (0, GATE_SAID_NO):
        raise RuntimeError(f"pm {command} ended with exit code {pm.returncode}\n{''.join(said[-20:])}".rstrip())
    for name, value in json.loads(document).items():
        if isinstance(value, (str, int, float)):
            dbutils.jobs.taskValues.set(key=name, value=value)
    return document


def page_of(document):
    """The HTML page that a command wrote, by its JSON text."""
    return Path(json.loads(document)["output"]).read_text(encoding="utf-8")


def unpacked(archive):
    """The folder of an archive's content on the driver's own disk: unpacked by whoever comes first, whole or not there."""
    base = Path(tempfile.gettempdir()) / f"pm-{getpass.getuser()}"
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = base / archive.name.removesuffix(".tar.gz")
    with open(base / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            draft = base / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            subprocess.run(["tar", "-xzf", archive, "-C", draft, "--no-same-owner"], check=True)
            draft.rename(home)
    return home


def environment(dbutils, scope):
    """This process's environment; where it says nothing, what the deploy says, then a secret, then the notebook's own right to MLflow."""
    given = dict(os.environ)
    if SETTINGS.exists():
        given = {**json.loads(SETTINGS.read_text()), **given}
    if scope:
        given = {**secrets(dbutils, scope), **given}
    try:
        context = dbutils.notebook.entry_point.getDbutils().notebook().getContext()
    except AttributeError:
        return given  # not on Databricks
    with suppress(Exception):  # of the Java gateway: some clusters hide it
        given["USER"] = context.userName().get()  # whom runs and stage moves name; the driver's own user is root
    given.setdefault("DATABRICKS_HOST", context.apiUrl().get())
    given.setdefault("DATABRICKS_TOKEN", context.apiToken().get())
    given.setdefault("MLFLOW_TRACKING_URI", "databricks")
    return given


def secrets(dbutils, scope):
    """The secrets whose key is written like an environment variable, by that name; none where the scope may not be read."""
    try:
        keys = [secret.key for secret in dbutils.secrets.list(scope)]
        return {key: dbutils.secrets.get(scope, key) for key in keys if VARIABLE.fullmatch(key)}
    except Exception as reason:  # of the Java gateway, by no class of its own; pm tells which key it lacks
        print(f"Secrets of the scope {scope} are not used: {str(reason).partition(chr(10))[0]}", flush=True)
        return {}
