"""hyperopt's TPE over XGBoost on the split that comes as JSON on stdin: ROC AUC of the best on its test rows, seconds, threads.

Each evaluation learns from the train rows, listens to the validation rows and is told from them. They run one after the other, each on
as many of the threads as were fastest in a fit beforehand, whose time is not counted.
"""

import json
import sys
import time

import numpy as np
import xgboost as xgb
from hyperopt import STATUS_OK, Trials, fmin, hp, tpe
from hyperopt.pyll import scope
from sklearn.metrics import roc_auc_score

data = json.load(sys.stdin)
X, y = np.array(data["columns"], dtype=np.float32).T, np.array(data["labels"])
rows = {part: np.array(data[part]) for part in ("train", "validation", "test")}

# The usual space of the field's tutorials for this table.
SPACE = {
    "max_depth": scope.int(hp.quniform("max_depth", 4, 100, 1)),
    "learning_rate": hp.loguniform("learning_rate", -3, 0),
    "reg_alpha": hp.loguniform("reg_alpha", -5, -1),
    "reg_lambda": hp.loguniform("reg_lambda", -6, -1),
    "min_child_weight": hp.loguniform("min_child_weight", -1, 3),
}


def matrix(part, threads):
    return xgb.DMatrix(X[rows[part]], label=y[rows[part]], nthread=threads)


def train(params, threads):
    fixed = {"objective": "binary:logistic", "eval_metric": "auc", "seed": data["seed"], "nthread": threads}
    train_part, validation_part = matrix("train", threads), matrix("validation", threads)
    model = xgb.train({**params, **fixed}, train_part, num_boost_round=1000, early_stopping_rounds=50,
                      evals=[(validation_part, "validation")], verbose_eval=False)
    return model, model.best_score


def predict(model, part, threads):
    return model.predict(matrix(part, threads), iteration_range=(0, model.best_iteration + 1))


def seconds_of(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


# The first fit only warms up.
typical = {"max_depth": 20, "learning_rate": 0.2, "reg_lambda": 0.05, "min_child_weight": 3}
train(typical, 1)
threads = min((1, data["threads"]), key=lambda count: seconds_of(lambda: train(typical, count)))

best = {"auc": -1.0}


def objective(params):
    model, auc = train(params, threads)
    if auc > best["auc"]:
        best.update(auc=auc, model=model)
    return {"loss": -auc, "status": STATUS_OK}


seconds = seconds_of(lambda: fmin(
    objective, SPACE, algo=tpe.suggest, max_evals=data["evaluations"], trials=Trials(),
    rstate=np.random.default_rng(data["seed"]), show_progressbar=False))
scores = predict(best["model"], "test", threads)
print(json.dumps({"auc": roc_auc_score(y[rows["test"]], scores), "seconds": seconds, "threads": threads}))
