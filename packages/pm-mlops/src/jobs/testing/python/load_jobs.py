"""Loads jobs into the models of databricks-bundles: reads {NAME: JOB} as JSON from stdin, prints {NAME: fault or null}."""

import json
import sys

from databricks.bundles.jobs import Job


def fault_of(job):
    try:
        Job.from_dict(job)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


print(json.dumps({name: fault_of(job) for name, job in json.load(sys.stdin).items()}))
