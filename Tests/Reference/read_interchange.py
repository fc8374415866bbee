"""Reads files written by lab with the programs they are meant for, and prints what those see as JSON.

    python read_interchange.py tensorboard FOLDER    TensorBoard's own reader
    python read_interchange.py pandas FILE           pandas.read_csv
    python read_interchange.py numpy FILE            numpy.load
    python read_interchange.py gambit FILE           pygambit, with the equilibria it finds
    python read_interchange.py stochastic TABLE NPZ  a table in sgamesolver's form, and a policy in it

The last reads the table by a parser of its own, written from sgamesolver's description of the form,
and by sgamesolver too where that is installed (it needs numpy below 2 and a compiler, so it is not
among the packages that the tests install).
"""
import csv
import itertools
import json
import sys

import numpy as np


def tensorboard(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(folder, size_guidance={"scalars": 0, "histograms": 0})
    events.Reload()
    tags = events.Tags()
    histograms = {}
    for tag in tags["histograms"]:
        histograms[tag] = [
            {"step": e.step, "min": e.histogram_value.min, "max": e.histogram_value.max,
             "num": e.histogram_value.num, "sum": e.histogram_value.sum,
             "sum_squares": e.histogram_value.sum_squares,
             "limits": list(e.histogram_value.bucket_limit),
             "counts": list(e.histogram_value.bucket)}
            for e in events.Histograms(tag)]
    return {
        "version": events.file_version,
        "first_time": events.FirstEventTimestamp(),
        "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)]
                    for tag in tags["scalars"]},
        "histograms": histograms,
    }


def pandas(path):
    import pandas as pd

    table = pd.read_csv(path)
    columns = []
    for name in table.columns:
        column = table[name]
        values = [None if pd.isna(v) else v for v in column.tolist()]
        columns.append({"name": name, "type": str(column.dtype.kind), "values": values})
    return {"columns": columns}


def numpy(path):
    arrays = np.load(path, allow_pickle=False)
    return {name: {"shape": list(arrays[name].shape), "type": arrays[name].dtype.kind,
                   "values": arrays[name].ravel().tolist()} for name in arrays}


def gambit(path):
    import pygambit

    game = pygambit.read_nfg(path)
    payoffs = [np.asarray(table, dtype=float).ravel().tolist()
               for table in game.to_arrays(dtype=float)]
    found = []
    if len(game.players) == 2:
        result = pygambit.nash.enummixed_solve(game, rational=False)
        for profile in result.equilibria:
            found.append([[profile[s] for s in player.strategies] for player in game.players])
    return {
        "title": game.title, "players": [p.label for p in game.players],
        "strategies": [[s.label for s in p.strategies] for p in game.players],
        "payoffs": payoffs, "equilibria": found,
    }


def read_table(path):
    """Players, discount factors, states, actions[s][i], u[s][i][a...], phi[s][a...][s']."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    players = [name[2:] for name in rows[0] if name.startswith("a_")]
    delta = [float(row["u_" + p]) for row in rows if row["state"] == "delta" for p in players]
    rows = [row for row in rows if row["state"] != "delta"]
    states = list(dict.fromkeys(row["state"] for row in rows))
    actions = [[list(dict.fromkeys(row["a_" + p] for row in rows if row["state"] == s))
                for p in players] for s in states]
    u, phi = [], []
    for s, state in enumerate(states):
        counts = [len(names) for names in actions[s]]
        pay, move = np.full([len(players)] + counts, np.nan), np.full(counts + [len(states)], np.nan)
        for row in rows:
            if row["state"] != state:
                continue
            at = tuple(names.index(row["a_" + p]) for names, p in zip(actions[s], players))
            assert np.isnan(pay[(0,) + at]), "a joint action twice"
            for i, p in enumerate(players):
                pay[(i,) + at] = float(row["u_" + p])
            if "to_state" in row:
                law = dict.fromkeys(states, 0.0)
                for part in filter(None, row["to_state"].strip("{}").split(",")):
                    name, probability = part.rsplit(":", 1)
                    law[name.strip()] = float(probability)
                move[at] = [law[name] for name in states]
            else:
                move[at] = [float(row["phi_" + name]) for name in states]
        assert not np.isnan(pay).any() and not np.isnan(move).any(), "a joint action is missing"
        u.append(pay)
        phi.append(move)
    return players, np.array(delta), states, actions, u, phi


def stochastic(table, arrays):
    players, delta, states, actions, u, phi = read_table(table)
    stored = np.load(arrays)
    live = np.flatnonzero(stored["terminal"] == 0)
    laws = [[stored["policy_%d" % (i + 1)][live[s], :len(actions[s][i])]
             for i in range(len(players))] for s in range(len(states))]
    n = len(states)
    values = np.empty((n, len(players)))
    for i in range(len(players)):
        reward, chain = np.zeros(n), np.zeros((n, n))
        for s in range(n):
            for at in itertools.product(*map(range, u[s].shape[1:])):
                weight = np.prod([laws[s][j][a] for j, a in enumerate(at)])
                reward[s] += weight * u[s][(i,) + at]
                chain[s] += weight * phi[s][at]
        values[:, i] = np.linalg.solve(np.eye(n) - delta[i] * chain, reward)
    found = {"players": players, "discounts": delta.tolist(), "states": states,
             "actions": actions, "values": values.ravel().tolist(), "sgamesolver": None}
    try:
        import sgamesolver
    except ImportError:
        return found
    game = sgamesolver.SGame.from_table(table)
    profile = np.full((n, len(players), game.num_actions_max), np.nan)
    for s in range(n):
        for i in range(len(players)):
            profile[s, i, :len(laws[s][i])] = laws[s][i]
    found["sgamesolver"] = game.get_values(profile).ravel().tolist()
    return found


if __name__ == "__main__":
    readers = {"tensorboard": tensorboard, "pandas": pandas, "numpy": numpy, "gambit": gambit,
               "stochastic": stochastic}
    json.dump(readers[sys.argv[1]](*sys.argv[2:]), sys.stdout)
