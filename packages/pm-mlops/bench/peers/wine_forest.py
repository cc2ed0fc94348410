"""scikit-learn's forest on the splits that come as JSON on stdin: its ROC AUC on each, and the seconds of fitting."""

import json
import sys
import time

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

data = json.load(sys.stdin)
X, y = np.array(data["columns"], dtype=np.float32).T, np.array(data["labels"])
results = []
for split in data["splits"]:
    forest = RandomForestClassifier(data["trees"], n_jobs=data["threads"], random_state=split["seed"])
    start = time.perf_counter()
    forest.fit(X[split["train"]], y[split["train"]])
    seconds = time.perf_counter() - start
    scores = forest.predict_proba(X[split["test"]])[:, 1]
    results.append({"auc": roc_auc_score(y[split["test"]], scores), "seconds": seconds})
print(json.dumps(results))
