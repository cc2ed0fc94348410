"""Runs a notebook outside Databricks: NOTEBOOK [WIDGET=VALUE ...].

What a notebook finds there (`dbutils`, `displayHTML`) are stand-ins here: a page that it displays is the file that its widget
`output` names, and what it exits with is printed. Needs Python alone.
"""

import sys
from pathlib import Path
from types import SimpleNamespace


def run(notebook, given):
    values = {}

    def all_widgets():
        unknown = sorted(set(given) - set(values))
        if unknown:
            sys.exit(f"{notebook.name} has no widget {', '.join(unknown)}: it has {', '.join(values)}.")
        return dict(values)

    dbutils = SimpleNamespace(
        widgets=SimpleNamespace(
            text=lambda name, default: values.update({name: given.get(name, default)}),
            getAll=all_widgets,
        ),
        jobs=SimpleNamespace(taskValues=SimpleNamespace(set=lambda key, value: None)),
        notebook=SimpleNamespace(exit=print),
    )
    scope = {"dbutils": dbutils, "displayHTML": lambda page: None}
    sys.path.insert(0, str(notebook.resolve().parent))
    exec(compile(notebook.read_text(encoding="utf-8"), str(notebook), "exec"), scope)


if __name__ == "__main__":
    words = sys.argv[1:]
    if not words or not Path(words[0]).is_file() or not all("=" in word for word in words[1:]):
        sys.exit("Usage: python tools/notebook.py orchestrator-notebooks/NAME.py [WIDGET=VALUE ...]")
    try:
        run(Path(words[0]), dict(word.split("=", 1) for word in words[1:]))
    except RuntimeError as error:
        sys.exit(str(error))
