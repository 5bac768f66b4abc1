#!/usr/bin/env python3
"""scikit-learn's HistGradientBoosting on the very rows that `evaluate --fit` used, beside our trees.

    apt-get install python3-sklearn
    LowLatency.Train evaluate --fit DAY.sqlite --on OTHER.sqlite --out REPORT
    python3 sklearn_peer.py REPORT/rows.csv

Prints a Markdown table: log-loss and average precision of both, computed by scikit-learn, and how much worse ours is, with
95 % intervals of a paired bootstrap over pools. Exits with 1 if ours is worse beyond an interval.
"""
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, log_loss

REPLICATES = 500
FIT = ("train", "calibrate")


def read(path):
    with open(path, encoding="utf-8") as lines:
        header = lines.readline().rstrip("\n").split(",")
        rows = [line.rstrip("\n").split(",") for line in lines]
    parts = np.array([row[0] for row in rows])
    numbers = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows])
    return parts, {name: numbers[:, i] for i, name in enumerate(header[1:])}, header[5:-2]


def behind(labels, ours, peer, weights):
    """How much worse ours is: log-loss, average precision (nan without positives)."""
    loss = lambda p: log_loss(labels, p, sample_weight=weights, labels=[0, 1])
    if not np.any(labels * weights):
        return loss(ours) - loss(peer), np.nan
    precision = lambda p: average_precision_score(labels, p, sample_weight=weights)
    return loss(ours) - loss(peer), precision(peer) - precision(ours)


def compare(labels, ours, peer, pools):
    dense = np.unique(pools, return_inverse=True)[1]
    count = dense.max() + 1
    random = np.random.default_rng(1)
    draws = []
    for _ in range(REPLICATES):
        weights = np.bincount(random.integers(0, count, count), minlength=count)[dense]
        draws.append(behind(labels, ours, peer, weights.astype(float)))
    return behind(labels, ours, peer, np.ones(len(labels))), np.nanpercentile(np.array(draws), [2.5, 97.5], axis=0)


def main():
    parts, columns, features = read(sys.argv[1])
    rows = np.column_stack([columns[name] for name in features]).astype(np.float32)
    rows[np.isinf(rows)] = np.nan
    fit = np.isin(parts, FIT)
    worse = False
    print("| head, test | positives / rows, pools | log-loss ours / peer | PR-AUC ours / peer | ours behind: log-loss | PR-AUC |")
    print("|---|---|---|---|---|---|")
    for head in ("moon", "rug"):
        labels, ours = columns[head], columns["ours_" + head]
        tests = [name for name in dict.fromkeys(parts) if name not in FIT]
        if np.isnan(ours).all():
            print(f"| {head} | none can be fitted: {int(labels[fit].sum())} positives among {fit.sum()} rows to fit on | | | | |")
            continue
        for weighted in (True, False):
            # Deterministic; the defaults. Early stopping would split rows of a pool at random, so it is off.
            peer = HistGradientBoostingClassifier(random_state=1, early_stopping=False)
            peer.fit(rows[fit], labels[fit], sample_weight=columns["weight"][fit] if weighted else None)
            for test in tests:
                at = parts == test
                if not at.any() or not labels[at].any():
                    continue
                theirs = peer.predict_proba(rows[at])[:, 1]
                (loss, precision), interval = compare(labels[at], ours[at], theirs, columns["pool"][at])
                print(f"| {head}, {test}, peer {'weighted as ours' if weighted else 'unweighted'} "
                      f"| {int(labels[at].sum())} / {at.sum()}, {len(set(columns['pool'][at]))} "
                      f"| {log_loss(labels[at], ours[at]):.4f} / {log_loss(labels[at], theirs):.4f} "
                      f"| {average_precision_score(labels[at], ours[at]):.4f} / {average_precision_score(labels[at], theirs):.4f} "
                      f"| {loss:.4f} [{interval[0, 0]:.4f}, {interval[1, 0]:.4f}] "
                      f"| {precision:.4f} [{interval[0, 1]:.4f}, {interval[1, 1]:.4f}] |")
                worse = worse or interval[0, 0] > 0 or interval[0, 1] > 0
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
