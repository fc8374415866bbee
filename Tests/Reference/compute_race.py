# SPDX-License-Identifier: GPL-3.0-or-later
"""The compute race and its exact solution concepts: an independent reference program.

Implements the model statement (docs/compute-race.md), sections 1 to 6 and 11, with numpy and scipy only, and
writes golden fixtures as JSON. It shares no code with the package it is used to test.

    python3 compute_race.py --out DIR     write the five fixture files
    python3 compute_race.py --check       check identities and the model statement's own figures

Arrays. State k is the gap (k - n) * step with n = (grid-1)/2; its mirror is grid-1-k. Player 0 is firm 1.
    payoffs        u[player][state, i, j]              i: firm 1's action, j: firm 2's
    kernel         P[state, i, j, next state]
    continuation   beta * exp(kappa (x_1 + x_2)) * P   what multiplies next period's value
    policies       sigma[player][state, action]
Certificates are written for any number of players: the race is the two-player case of a stochastic game
(payoffs[player][state, a_1, ..., a_n], continuation[player][state, a_1, ..., a_n, next state]).

Choices where the model statement leaves one (none of them decides a written fixture; see `Fragility`):
    total training       compute T = (x_i^2 + x_j^2)/2, compared exactly as i^2 + j^2
    nearest              least (x_i - m_1)^2 + (x_j - m_2)^2, then total training, then (i, j); `joint` in the first sweep
    at parity            "several" and "none" count symmetric pure equilibria only, those that are admitted
    kappa                exp(kappa (x_1 + x_2)) multiplies pi + base and the continuation, not the training bill
    drift                counts as positive above 1e-12; the last grid point can be no attractor

Lemke-Howson. Payoffs are first mapped to [1, 2] (subtract the least entry, divide by the range, add one), which moves no
equilibrium and no pivot. Polytopes P = {x >= 0 : B'x <= 1} and Q = {y >= 0 : Ay <= 1}; labels 0..m-1 are firm 1's actions
(x_i = 0 in P, row i tight in Q), m..m+n-1 firm 2's. From (0, 0) label 0 is dropped: x_0, firm 1's first action, enters in P.
At parity one tableau Az + r = 1: z_0 enters, then always the complement of what left, until label 0 is back.
"""
import argparse
import json
import math
import os
from fractions import Fraction

import numpy as np
from scipy.sparse.csgraph import connected_components

PURE_TOLERANCE = 1e-11      # a pure equilibrium loses at most this to any deviation
JOINT_ROUNDING = 1e-10      # `joint` compares V_1 + V_2 after rounding to this
ON_GRID = 1e-12             # in steps: closer than this to a grid point is on it
SUPPORT = 1e-9              # played: probability above this
DRIFT = 1e-12               # drift above this is positive
FRAGILE = 1e-9              # margin below which a selection is called fragile

DEFAULTS = dict(gap_max=2.0, grid=21, x_max=0.8, actions=9, mu=0.2, beta=0.95, omega=0.5, s=1.0, a=1.0, theta=1.0,
                W=8.0, Q=1.0, noise_prob=0.2, noise_size=0.2, kappa=0.0, base=0.0)

SCENARIOS = {
    "saturated": dict(omega=0.0),
    "stable-parity": dict(),
    "contested": dict(s=0.3, mu=0.3, noise_prob=0.5, noise_size=0.4),
    "tipping": dict(omega=1.5, s=0.7, mu=0.08),
    "near-capacity": dict(omega=8.0, W=1.0, x_max=0.98),
    "priority-heavy": dict(omega=1.0, a=2.0),
    "bertrand-heavy": dict(s=0.0),
}


# ---------------------------------------------------------------------------------------------------------------------
# Section 1: the game
# ---------------------------------------------------------------------------------------------------------------------

def validate(p):
    """Raises ValueError whose first word is the parameter at fault."""
    def require(ok, name, rule):
        if not ok:
            raise ValueError(f"{name} = {p[name]}: must be {rule}")
    for name, value in p.items():
        require(math.isfinite(value), name, "finite")
    require(p["grid"] >= 3 and p["grid"] % 2 == 1, "grid", "odd and at least 3")
    require(p["actions"] >= 2, "actions", "at least 2")
    for name in ("gap_max", "x_max", "a", "theta", "W", "Q"):
        require(p[name] > 0, name, "positive")
    for name in ("mu", "s", "noise_prob"):
        require(0 <= p[name] <= 1, name, "in [0, 1]")
    require(0 <= p["beta"] < 1, "beta", "in [0, 1)")
    for name in ("omega", "noise_size", "kappa"):
        require(p[name] >= 0, name, "at least 0")
    require(p["x_max"] ** 2 < p["Q"], "x_max", f"such that x_max^2 = {p['x_max'] ** 2} is below Q = {p['Q']}")
    require(p["beta"] * math.exp(2 * p["kappa"] * p["x_max"]) < 1, "kappa", "such that beta exp(2 kappa x_max) < 1")


def frontier_payoff(g, p):
    """pi(g) = omega ( s (L(theta a g) - 1/2) + (1-s) [2 sinh(a g/2)]+ ), L(z) - 1/2 as tanh(z/2)/2."""
    contest = np.tanh(p["theta"] * p["a"] * g / 2) / 2
    rent = np.maximum(2 * np.sinh(p["a"] * g / 2), 0.0)
    return p["omega"] * (p["s"] * contest + (1 - p["s"]) * rent)


def split(y, p):
    """Probabilities over the grid for the real gap y: clamp, then the two-point split. split(-y) is split(y) reversed, exactly."""
    n, step = (p["grid"] - 1) // 2, 2 * p["gap_max"] / (p["grid"] - 1)
    row = np.zeros(p["grid"])
    position = min(abs(y), p["gap_max"]) / step             # in steps from parity; the sign is put back at the end
    nearest = round(position)
    if abs(position - nearest) <= ON_GRID:
        row[n + nearest] = 1.0
    else:
        below = math.floor(position)
        row[n + below + 1] = position - below
        row[n + below] = 1 - (position - below)
    return row if y >= 0 else row[::-1]


class Race:
    """The race of section 1 as arrays: gaps, training, post (g~), price, growth, u1, u2, P, continuation."""

    def __init__(self, **changes):
        unknown = set(changes) - set(DEFAULTS)
        if unknown:
            raise ValueError(f"{sorted(unknown)[0]}: unknown parameter")
        p = self.p = {**DEFAULTS, **changes}
        validate(p)
        self.n = (p["grid"] - 1) // 2
        self.step = 2 * p["gap_max"] / (p["grid"] - 1)
        self.gaps = np.arange(-self.n, self.n + 1) * self.step
        x = self.training = np.arange(p["actions"]) * p["x_max"] / (p["actions"] - 1)
        own, rival = x[:, None], x[None, :]
        self.compute = own ** 2 / 2 + rival ** 2 / 2                                    # T[i, j]
        self.price = p["W"] / (p["Q"] - self.compute)                                   # R[i, j]
        self.growth = np.exp(p["kappa"] * (own + rival))
        self.post = (1 - p["mu"]) * self.gaps[:, None, None] + (own - rival)[None]      # g~[state, i, j]
        self.u1 = self.growth * (frontier_payoff(self.post, p) + p["base"]) - self.price * own ** 2 / 2
        self.u2 = self.growth * (frontier_payoff(-self.post, p) + p["base"]) - self.price * rival ** 2 / 2
        self.P = np.zeros(self.u1.shape + (p["grid"],))
        for index in np.ndindex(self.u1.shape):
            y, noise = self.post[index], p["noise_prob"]
            row = (1 - noise) * split(y, p)
            if noise > 0:                                   # the two shocks are added together first: exact under mirroring
                row = row + (noise / 2 * split(y + p["noise_size"], p) + noise / 2 * split(y - p["noise_size"], p))
            self.P[index] = row
        self.continuation = p["beta"] * self.growth[None, :, :, None] * self.P

    @property
    def payoffs(self):
        return [self.u1, self.u2]

    @property
    def continuations(self):
        return [self.continuation, self.continuation]


# ---------------------------------------------------------------------------------------------------------------------
# Section 2: certificates, for any number of players
# ---------------------------------------------------------------------------------------------------------------------

def averaged(array, policies, players):
    """Averages array[state, a_1, ..., a_n, ...] over the actions of the players listed, each by its own policy."""
    for q in sorted(players, reverse=True):
        array = np.einsum("sa,sa...->s...", policies[q], np.moveaxis(array, 1 + q, 1))
    return array


def decision_problem(payoffs, continuations, policies, player):
    """What player faces when the others are fixed: rewards[state, action], continuation[state, action, next state]."""
    others = [q for q in range(len(policies)) if q != player]
    return averaged(payoffs[player], policies, others), averaged(continuations[player], policies, others)


def policy_value(rewards, continuation, policy):
    u = np.einsum("sa,sa->s", policy, rewards)
    M = np.einsum("sa,sat->st", policy, continuation)
    return np.linalg.solve(np.eye(len(u)) - M, u)


def best_response(rewards, continuation):
    """Policy iteration: the exact optimal values and one optimal action per state."""
    states = np.arange(len(rewards))
    choice = rewards.argmax(axis=1)
    while True:
        policy = np.eye(rewards.shape[1])[choice]
        V = policy_value(rewards, continuation, policy)
        worth = rewards + continuation @ V
        better = worth.max(axis=1) > worth[states, choice] + 1e-13 * (1 + np.abs(V).max())
        if not better.any():
            return V, choice
        choice = np.where(better, worth.argmax(axis=1), choice)


def certificate(payoffs, continuations, policies, reported=None):
    """Values and certificate of a stationary profile, symmetric or not."""
    values, responses, regret, gap = [], [], -np.inf, 0.0
    for player, policy in enumerate(policies):
        rewards, continuation = decision_problem(payoffs, continuations, policies, player)
        V = policy_value(rewards, continuation, policy)
        excess = rewards + continuation @ V - V[:, None]                # W_i(g, x) - V_i(g)
        regret = max(regret, excess.max())
        gap = max(gap, np.abs(excess[policy > SUPPORT]).max())
        values.append(V)
        responses.append(best_response(rewards, continuation)[0])
    gains = np.array(responses) - np.array(values)
    return dict(values=np.array(values), best_response_values=np.array(responses), max_regret=regret,
                exploitability=gains.max(), nash_conv=gains.sum(axis=0), support_gap=gap,
                value_residual=0.0 if reported is None else np.abs(np.array(reported) - values).max())


def finite_certificate(payoffs, continuations, policies_by_periods_left, reported=None):
    """The same for a finite horizon. policies_by_periods_left[h-1] is the profile used with h periods left.
    max_regret, support_gap and exploitability are the largest over all h = 1..H; nash_conv is that of the first period."""
    players = len(payoffs)
    values = [np.zeros(len(payoffs[0]))] * players
    responses = list(values)
    regret, gap, exploitability = -np.inf, 0.0, -np.inf
    for policies in policies_by_periods_left:
        new_values, new_responses = [], []
        for player, policy in enumerate(policies):
            rewards, continuation = decision_problem(payoffs, continuations, policies, player)
            worth = rewards + continuation @ values[player]
            V = np.einsum("sa,sa->s", policy, worth)
            excess = worth - V[:, None]
            regret = max(regret, excess.max())
            gap = max(gap, np.abs(excess[policy > SUPPORT]).max())
            new_values.append(V)
            new_responses.append((rewards + continuation @ responses[player]).max(axis=1))
        values, responses = new_values, new_responses
        gains = np.array(responses) - np.array(values)
        exploitability = max(exploitability, gains.max())
    return dict(values=np.array(values), best_response_values=np.array(responses), max_regret=regret,
                exploitability=exploitability, nash_conv=gains.sum(axis=0), support_gap=gap,
                value_residual=0.0 if reported is None else np.abs(np.array(reported) - values).max())


def symmetry_gap(policies, values):
    return max(np.abs(policies[1] - policies[0][::-1]).max(), np.abs(values[1] - values[0][::-1]).max())


# ---------------------------------------------------------------------------------------------------------------------
# Stage games: pure equilibria and Lemke's paths
# ---------------------------------------------------------------------------------------------------------------------

class Fragility:
    """Collects reasons why another correct program might select differently: margins under FRAGILE, or a choice the
    model statement leaves open that would have changed the selection."""

    def __init__(self):
        self.reasons = set()
        self.margin = np.inf            # smallest margin seen in a test that could flip
        self.mixed = []                 # stage games without an admitted pure equilibrium, with the mixed one: (A, B, x, y, parity)

    def margin_at(self, value, reason):
        self.margin = min(self.margin, value)
        if value < FRAGILE:
            self.reasons.add(reason)


def losses(A, B):
    """Entry (i, j): the most either firm could gain by deviating from (i, j)."""
    return np.maximum(A.max(axis=0, keepdims=True) - A, B.max(axis=1, keepdims=True) - B)


def pure_equilibria(A, B):
    return [tuple(map(int, ij)) for ij in np.argwhere(losses(A, B) <= PURE_TOLERANCE)]


def select_pure(candidates, A, B, selection, previous, training, fragility):
    """One of the pure equilibria (i, j), by the named rule. previous: mean training of both firms in the last sweep."""
    total = lambda c: c[0] ** 2 + c[1] ** 2                     # in units of (x_max/(actions-1))^2 / 2: exact
    plain = lambda c: c[0] + c[1]                               # the other reading of total training, to detect a difference
    joint = lambda c: A[c] + B[c]
    rounded = lambda c: round(joint(c) / JOINT_ROUNDING)
    square = lambda c: (training[c[0]] - previous[0]) ** 2 + (training[c[1]] - previous[1]) ** 2
    city = lambda c: abs(training[c[0]] - previous[0]) + abs(training[c[1]] - previous[1])
    several = len(candidates) > 1
    if selection == "nearest" and previous is None:
        if several:
            fragility.reasons.add("nearest: several in the first sweep")
        selection = "joint"
    rules = {
        "joint": (lambda c: (-rounded(c), total(c), c), lambda c: (-rounded(c), plain(c), c)),
        "low": (lambda c: (total(c), c), lambda c: (plain(c), c)),
        "high": (lambda c: (-total(c), c), lambda c: (-plain(c), c)),
        "nearest": (lambda c: (square(c), total(c), c), lambda c: (city(c), total(c), c)),
    }
    best, other = (min(candidates, key=key) for key in rules[selection])
    if best != other:
        fragility.reasons.add(f"{selection}: another reading selects another equilibrium")
    for c in candidates:
        if c != best and selection == "joint":
            # Sums that agree to 1e-12 are a tie the rounding is there to catch (unless it falls on a rounding boundary).
            if abs(joint(c) - joint(best)) > 1e-12:
                fragility.margin_at(abs(joint(c) - joint(best)), "joint: near tie")
            elif abs(joint(c) / JOINT_ROUNDING % 1 - 0.5) < 0.02:
                fragility.reasons.add("joint: tie on a rounding boundary")
        if c != best and selection == "nearest":
            fragility.margin_at(abs(square(c) - square(best)), "nearest: near tie")
        if c != best and selection in ("low", "high") and total(c) == total(best):
            fragility.reasons.add(f"{selection}: tie")
    return best


def positive(A):
    """A mapped to [1, 2]."""
    low, high = A.min(), A.max()
    return (A - low) / (high - low) + 1 if high > low else A * 0 + 1


def pivot(tableau, basis, column, slack, fragility=None):
    """column enters; returns the variable that leaves. Lexicographic ratio test: least right-hand side over entry, then least
    row of the slack columns over entry. The same code runs on floats and on fractions."""
    exact = tableau.dtype == object
    tiny = 0 if exact else 1e-11
    rows = [r for r in range(len(basis)) if tableau[r, column] > tiny]
    order = [-1] + list(slack)
    if fragility is not None and len(rows) > 1:
        ratios = sorted(tableau[r, -1] / tableau[r, column] for r in rows)
        fragility.margin_at(ratios[1] - ratios[0], "Lemke: near tie in the ratio test")
    for c in order:
        ratios = [tableau[r, c] / tableau[r, column] for r in rows]
        rows = [r for r, ratio in zip(rows, ratios) if ratio <= min(ratios) + tiny]
        if len(rows) == 1:
            break
    row = rows[0]
    tableau[row] = tableau[row] / tableau[row, column]
    for r in range(len(basis)):
        if r != row:
            tableau[r] = tableau[r] - tableau[r, column] * tableau[row]
    left, basis[row] = basis[row], column
    return left


def basic_solution(original, basis, count, columns):
    """The basic variables solved afresh from the original tableau, those of `columns` normalised to sum one."""
    x = np.zeros(original.shape[1] - 1, dtype=original.dtype)
    if original.dtype == object:
        x[basis] = count                                       # exact already: count holds the right-hand side
    else:
        x[basis] = np.linalg.solve(original[:, basis], original[:, -1])
    z = x[columns]
    if original.dtype != object:
        z = np.maximum(z, 0.0)
    return z / z.sum()


def lemke_howson(A, B, fragility=None):
    """One equilibrium of the bimatrix game (A, B); label 0, firm 1's first action, is dropped."""
    m, n = A.shape
    one = A[0, 0] * 0 + 1
    ones, eye = (lambda k: np.full((k, 1), one)), (lambda k: np.eye(k, dtype=int) * one)
    # Column l of either tableau is the variable with label l.
    P = np.hstack([positive(B).T, eye(n), ones(n)])            # rows j: B'x + r = 1
    Q = np.hstack([eye(m), positive(A), ones(m)])              # rows i: Ay + s = 1
    tableaus, originals = [P.copy(), Q.copy()], [P, Q]
    bases = [list(range(m, m + n)), list(range(m))]
    slacks = [range(m, m + n), range(m)]
    label, side = 0, 0
    while True:
        label = pivot(tableaus[side], bases[side], label, slacks[side], fragility)
        if label == 0:
            break
        side = 1 - side
    x = basic_solution(P, bases[0], tableaus[0][:, -1], slice(0, m))
    y = basic_solution(Q, bases[1], tableaus[1][:, -1], slice(m, m + n))
    return x, y


def symmetric_lemke(A, fragility=None):
    """One symmetric equilibrium of the game (A, A'), by the path on Az + r = 1 from z = 0 on which z_0 enters first."""
    m = len(A)
    one = A[0, 0] * 0 + 1
    original = np.hstack([positive(A), np.eye(m, dtype=int) * one, np.full((m, 1), one)])
    tableau, basis, entering = original.copy(), list(range(m, 2 * m)), 0
    while True:
        left = pivot(tableau, basis, entering, range(m, 2 * m), fragility)
        if left % m == 0:                                      # z_0 or its slack: label 0 is back
            break
        entering = (left + m) % (2 * m)
    return basic_solution(original, basis, tableau[:, -1], slice(0, m))


# ---------------------------------------------------------------------------------------------------------------------
# Section 2: backward induction; section 5: value iteration
# ---------------------------------------------------------------------------------------------------------------------

def sweep(race, V1, selection, previous, fragility):
    """One period of backward induction: states g >= 0 are solved and mirrored.
    Returns V1 (V2 is its mirror), policies, and the number of pure equilibria at parity and above:
    admitted[k - n], and at_parity, which counts asymmetric ones too."""
    grid, m, n = race.p["grid"], race.p["actions"], race.n
    U = race.u1 + race.continuation @ V1
    policies = np.zeros((2, grid, m))
    new = np.zeros(grid)
    admitted = []
    for k in range(n, grid):
        A, B = U[k], U[grid - 1 - k].T
        parity = k == n
        candidates = pure_equilibria(A, B)
        if parity:
            at_parity = len(candidates)
            candidates = [c for c in candidates if c[0] == c[1]]
        admitted.append(len(candidates))
        loss = losses(A, B)
        loss = np.diag(loss) if parity else loss
        unclear = loss[loss > 1e-13]
        if unclear.size:
            fragility.margin_at(unclear.min(), "pure test: near tie")
        if candidates:
            means = None if previous is None else previous[:, k]
            i, j = select_pure(candidates, A, B, selection, means, race.training, fragility)
            x, y = np.eye(m)[i], np.eye(m)[j]
        else:
            x, y = (symmetric_lemke(A, fragility),) * 2 if parity else lemke_howson(A, B, fragility)
            fragility.mixed.append((A, B, x, y, parity))
        mirror = grid - 1 - k
        policies[0, k], policies[1, k], policies[0, mirror], policies[1, mirror] = x, y, y, x
        new[k], new[mirror] = x @ A @ y, x @ B @ y
    return new, policies, admitted, at_parity


def backward_induction(race, horizon, selection="joint"):
    fragility = Fragility()
    V1, previous, by_periods_left, admitted, at_parity = np.zeros(race.p["grid"]), None, [], [], []
    for _ in range(horizon):
        V1, policies, counts, parity_count = sweep(race, V1, selection, previous, fragility)
        previous = policies @ race.training
        by_periods_left.append(policies)
        admitted.append(counts)
        at_parity.append(parity_count)
    return dict(values=np.array([V1, V1[::-1]]), policies_by_periods_left=by_periods_left, admitted=admitted,
                at_parity=at_parity, fragility=fragility)


def value_iteration(race, selection="joint", tolerance=1e-12, cycle_tolerance=1e-12, window=64, max_sweeps=3000):
    """Sweeps until values change by at most `tolerance` (converged) or equal, to `cycle_tolerance`, one of the last `window`
    value vectors while still moving by more than 1e-6 per sweep (cycle). Never calls a last sweep an answer."""
    fragility = Fragility()
    V1, previous, history = np.zeros(race.p["grid"]), None, []
    for count in range(1, max_sweeps + 1):
        history = (history + [V1])[-window:]
        V1, policies, _, _ = sweep(race, V1, selection, previous, fragility)
        previous = policies @ race.training
        change = np.abs(V1 - history[-1]).max()
        result = dict(sweeps=count, V1=V1, policies=policies, change=change, fragility=fragility)
        if change <= tolerance:
            return dict(result, outcome="converged", period=1, cycle=[V1])
        for period in range(2, len(history) + 1):
            if change > 1e-6 and np.abs(V1 - history[-period]).max() <= cycle_tolerance:
                return dict(result, outcome="cycle", period=period, cycle=history[-period:])
    return dict(result, outcome="limit", period=0, cycle=[])


# ---------------------------------------------------------------------------------------------------------------------
# Section 4: what is reported
# ---------------------------------------------------------------------------------------------------------------------

def long_run(M, start):
    """Recurrent classes of the chain M, the stationary law of each, and the chance of ending in each from `start`."""
    _, label = connected_components(M > 1e-14, directed=True, connection="strong")
    groups = [np.flatnonzero(label == c) for c in range(label.max() + 1)]
    classes = sorted((g for g in groups if M[np.ix_(g, g)].sum(axis=1).min() > 1 - 1e-12), key=lambda g: g[0])
    recurrent = np.concatenate(classes)
    transient = np.setdiff1d(np.arange(len(M)), recurrent)
    laws, chances = [], []
    for g in classes:
        system = np.vstack([M[np.ix_(g, g)].T - np.eye(len(g)), np.ones(len(g))])
        law = np.zeros(len(M))
        law[g] = np.linalg.lstsq(system, np.r_[np.zeros(len(g)), 1.0], rcond=None)[0]
        laws.append(law)
        chance = np.zeros(len(M))
        chance[g] = 1.0
        chance[transient] = np.linalg.solve(np.eye(len(transient)) - M[np.ix_(transient, transient)],
                                            M[np.ix_(transient, g)].sum(axis=1))
        chances.append(chance[start])
    return classes, laws, chances


def figures(race, policies):
    """Section 4 for a stationary profile, and its regime."""
    n, p = race.n, race.p
    joint = np.einsum("si,sj->sij", policies[0], policies[1])
    mean = lambda table: np.einsum("sij,ij->s", joint, table)
    M = np.einsum("sij,sijt->st", joint, race.P)
    next_gap = M @ race.gaps
    drift = next_gap - race.gaps
    attractors = [k for k in range(n + 1, p["grid"] - 1) if drift[k] >= -DRIFT and drift[k + 1] < -DRIFT]

    # Turnover: from a lead of about a quarter of the range, the chance of a date at which it is lost.
    turnover, still_ahead = 0.0, np.zeros(p["grid"])
    still_ahead[n + max(1, n // 4)] = 1.0
    for _ in range(round(1 / (1 - p["beta"]))):
        still_ahead = still_ahead @ M
        turnover += still_ahead[:n + 1].sum()
        still_ahead[:n + 1] = 0.0

    classes, laws, chances = long_run(M, n)
    law = sum(chance * l for chance, l in zip(chances, laws))
    mixed = int((policies[0][n] > SUPPORT).sum()) > 1 or int((policies[1][n] > SUPPORT).sum()) > 1
    if not (drift[n + 1:] > DRIFT).any():
        regime = "stable"
    elif turnover < 0.5 and (drift[n + 1] > DRIFT or mixed):
        regime = "tipping"
    else:
        regime = "contested"
    price, compute = mean(race.price), mean(race.compute)
    return dict(regime=regime, mixed_at_parity=mixed, parity_multiplier=next_gap[n + 1] / race.step, turnover=turnover,
                attractors=race.gaps[attractors], mean_training=np.array([policies[0] @ race.training, policies[1] @ race.training]),
                expected_compute=compute, expected_price=price, expected_rents=mean(race.price * race.compute),
                utilisation=compute / p["Q"], peak_utilisation=(compute / p["Q"]).max(), mean_next_gap=next_gap, drift=drift,
                recurrent_classes=[list(map(int, c)) for c in classes], stationary_laws=laws, chances_from_parity=chances,
                mean_price=law @ price, mean_utilisation=law @ compute / p["Q"])


# ---------------------------------------------------------------------------------------------------------------------
# Fixtures
# ---------------------------------------------------------------------------------------------------------------------

def plain(value):
    """numpy to what json writes; Python prints doubles so that they read back exactly."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    return value + 0.0 if isinstance(value, float) else value          # no -0.0


def pick(source, *names):
    return {name: source[name] for name in names}


CERTIFICATE = ("max_regret", "exploitability", "nash_conv", "support_gap", "value_residual")


def finite_case(name, changes, horizon, selection):
    race = Race(**changes)
    solved = backward_induction(race, horizon, selection)
    policies = solved["policies_by_periods_left"][-1]
    exact = finite_certificate(race.payoffs, race.continuations, solved["policies_by_periods_left"], solved["values"])
    stationary = certificate(race.payoffs, race.continuations, policies)
    admitted = np.array(solved["admitted"])
    case = dict(name=name, parameters=race.p, horizon=horizon, selection=selection,
                values=solved["values"], policies=policies,
                states_with_several=int((admitted > 1).sum()), states_with_none=int((admitted == 0).sum()),
                pure_equilibria=admitted, pure_equilibria_at_parity=solved["at_parity"],
                certificate=dict(pick(exact, *CERTIFICATE), symmetry_gap=symmetry_gap(policies, solved["values"])),
                as_stationary=dict(pick(stationary, "values", *CERTIFICATE),
                                   symmetry_gap=symmetry_gap(policies, stationary["values"])),
                fragile=bool(solved["fragility"].reasons), fragile_reasons=sorted(solved["fragility"].reasons),
                smallest_margin=solved["fragility"].margin)
    return case


def random_parameters(rng, grid, actions, riding=False, noiseless=False):
    draw = lambda low, high: round(float(rng.uniform(low, high)), 3)
    changes = dict(grid=grid, actions=actions, gap_max=draw(1, 3), x_max=draw(0.4, 0.9), mu=draw(0.02, 0.5), beta=draw(0.8, 0.97),
                   omega=draw(0.2, 4), s=draw(0, 1), a=draw(0.5, 2), theta=draw(0.5, 2), W=draw(1, 10), Q=draw(1, 2),
                   noise_prob=0.0 if noiseless else draw(0.05, 0.6), noise_size=draw(0.05, 0.6))
    if riding:
        changes.update(beta=draw(0.75, 0.85), kappa=draw(0.02, 0.08), base=draw(0, 1))
    return changes


# name, grid, actions, horizon, selection, riding, noiseless, what the draw must show
DRAWS = [
    ("draw-a", 11, 5, 1, "joint", False, False, ("several",)),
    ("draw-b", 11, 5, 2, "low", False, False, ("several",)),
    ("draw-c", 11, 5, 3, "high", True, False, ("several",)),
    ("draw-d", 11, 5, 10, "nearest", False, False, ("several",)),
    ("draw-e", 15, 7, 10, "joint", True, False, ("several", "none")),
    ("draw-f", 15, 7, 3, "low", False, True, ("several",)),
    ("draw-g", 15, 7, 10, "nearest", True, False, ("several",)),
    ("draw-h", 15, 7, 10, "high", False, False, ("several", "none")),
    ("draw-i", 21, 9, 2, "joint", False, True, ("several",)),
    ("draw-j", 21, 9, 10, "low", False, False, ("none",)),
    ("draw-k", 21, 9, 3, "nearest", False, False, ("several",)),
    ("draw-l", 21, 9, 10, "joint", False, False, ("none", "none away from parity")),
]

NAMED = [
    ("saturated", 3, "joint"), ("stable-parity", 1, "joint"), ("stable-parity", 10, "joint"), ("contested", 10, "joint"),
    ("tipping", 10, "joint"), ("near-capacity", 3, "joint"), ("priority-heavy", 10, "joint"), ("bertrand-heavy", 10, "joint"),
    ("tipping", 3, "high"), ("contested", 2, "low"), ("bertrand-heavy", 2, "nearest"),
]


def shows(case, wanted):
    counts = np.array(case["pure_equilibria"])
    facts = {"several": (counts > 1).any(), "none": (counts == 0).any(), "none away from parity": (counts[:, 1:] == 0).any()}
    return all(facts[w] for w in wanted)


def race_finite():
    cases = [finite_case(f"{name}-{horizon}-{selection}", SCENARIOS[name], horizon, selection) for name, horizon, selection in NAMED]
    for number, (name, grid, actions, horizon, selection, riding, noiseless, wanted) in enumerate(DRAWS):
        for attempt in range(400):
            rng = np.random.default_rng([2024, number, attempt])
            changes = random_parameters(rng, grid, actions, riding, noiseless)
            try:
                case = finite_case(f"{name}-{horizon}-{selection}", changes, horizon, selection)
            except ValueError:
                continue                                        # refused parameters: draw again
            if not case["fragile"] and shows(case, wanted):
                cases.append(case)
                break
        else:
            raise RuntimeError(f"{name}: no draw without fragility shows {wanted}")
    return dict(cases=cases)


def random_profile(rng, shapes, zeros=True):
    """Dirichlet rows for each (states, actions); every third row has its first entry zeroed so that supports differ."""
    policies = []
    for states, actions in shapes:
        policy = rng.dirichlet(np.ones(actions), size=states)
        if zeros and actions > 2:
            policy[::3, rng.integers(actions)] = 0.0
            policy /= policy.sum(axis=1, keepdims=True)
        policies.append(policy)
    return policies


def race_certificates():
    rng = np.random.default_rng(7)
    races = [("small-a", dict(grid=5, actions=3, omega=1.5, s=0.7, mu=0.08, beta=0.9)),
             ("small-b", dict(grid=7, actions=4, gap_max=1.3, x_max=0.9, s=0.25, mu=0.37, theta=1.7, a=1.4, W=2.5, Q=1.2,
                              noise_prob=0.0)),
             ("small-c", dict(grid=7, actions=4, kappa=0.1, base=0.4, beta=0.82, s=0.5, omega=1.2, noise_size=0.33)),
             ("large", dict(SCENARIOS["tipping"], grid=41, actions=17))]
    stationary, finite = [], []
    for name, changes in races:
        race = Race(**changes)
        shape = (race.p["grid"], race.p["actions"])
        for copy in range(2 if name != "large" else 1):
            policies = random_profile(rng, [shape, shape])
            exact = certificate(race.payoffs, race.continuations, policies)
            reported = exact["values"] + rng.uniform(-1e-3, 1e-3, exact["values"].shape)
            if name == "large":
                reported = exact["values"]
            exact["value_residual"] = np.abs(reported - exact["values"]).max()
            stationary.append(dict(name=f"{name}-{copy + 1}", parameters=race.p, policies=policies, reported_values=reported,
                                   **pick(exact, "values", "best_response_values", *CERTIFICATE),
                                   symmetry_gap=symmetry_gap(policies, exact["values"]), figures=figures(race, policies)))
    for name, changes in races[:3]:
        race = Race(**changes)
        shape = (race.p["grid"], race.p["actions"])
        by_periods_left = [random_profile(rng, [shape, shape]) for _ in range(3)]
        exact = finite_certificate(race.payoffs, race.continuations, by_periods_left)
        finite.append(dict(name=f"{name}-horizon-3", parameters=race.p, horizon=3, policies_by_periods_left=by_periods_left,
                           **pick(exact, "values", "best_response_values", "max_regret", "exploitability", "nash_conv", "support_gap")))
    return dict(stationary=stationary, finite=finite)


REFUSED = [({"grid": 10}, "grid"), ({"grid": 1}, "grid"), ({"actions": 1}, "actions"), ({"gap_max": 0.0}, "gap_max"),
           ({"mu": 1.5}, "mu"), ({"mu": -0.1}, "mu"), ({"beta": 1.0}, "beta"), ({"omega": -0.5}, "omega"), ({"s": 1.1}, "s"),
           ({"a": 0.0}, "a"), ({"theta": 0.0}, "theta"), ({"W": 0.0}, "W"), ({"Q": 0.0}, "Q"), ({"noise_prob": 1.2}, "noise_prob"),
           ({"noise_size": -0.2}, "noise_size"), ({"x_max": 1.0}, "x_max"), ({"Q": 0.5}, "x_max"),
           ({"kappa": 0.05}, "kappa")]


def race_model():
    rng = np.random.default_rng(11)
    races = [("defaults", {}),
             ("snapping", dict(grid=11, actions=5, gap_max=1.0, x_max=0.8, mu=0.0, noise_size=0.4, noise_prob=1.0)),
             ("noiseless", dict(random_parameters(rng, 11, 5, noiseless=True))),
             ("riding", dict(random_parameters(rng, 15, 7, riding=True), s=0.4)),
             ("clamped", dict(grid=7, actions=4, gap_max=0.5, x_max=0.9, mu=0.1, noise_prob=0.5, noise_size=0.45, s=0.0, a=2.0)),
             ("base", dict(base=0.7, theta=1.9, s=0.35, grid=9, actions=6))]
    cases = []
    for name, changes in races:
        race = Race(**changes)
        grid, m = race.p["grid"], race.p["actions"]
        triples = [(race.n, 0, 0), (grid - 1, m - 1, 0), (0, 0, m - 1), (grid - 1, 0, m - 1)]
        while len(triples) < 10:
            triples.append((int(rng.integers(grid)), int(rng.integers(m)), int(rng.integers(m))))
        entries = [dict(state=k, action_1=i, action_2=j, post_training_gap=race.post[k, i, j], u_1=race.u1[k, i, j],
                        u_2=race.u2[k, i, j], price=race.price[i, j], growth=race.growth[i, j], next=race.P[k, i, j])
                   for k, i, j in triples]
        cases.append(dict(name=name, parameters=race.p, step=race.step, gaps=race.gaps, training=race.training, entries=entries))
    refused = [dict(changes=changes, parameter=name) for changes, name in REFUSED]
    return dict(cases=cases, refused=refused)


VALUE_ITERATION_FIGURES = ("regime", "mixed_at_parity", "parity_multiplier", "turnover", "attractors", "peak_utilisation",
                           "mean_price", "mean_utilisation", "recurrent_classes", "chances_from_parity")


def value_iteration_case(name, changes):
    race = Race(**changes)
    run = value_iteration(race)
    n, cycle = race.n, np.array(run["cycle"])
    case = dict(name=name, parameters=race.p, selection="joint", tolerance=1e-12, cycle_tolerance=1e-12, window=64,
                outcome=run["outcome"], sweeps=run["sweeps"], period=run["period"],
                fragile=bool(run["fragility"].reasons), fragile_reasons=sorted(run["fragility"].reasons),
                smallest_margin=run["fragility"].margin)
    if run["outcome"] == "converged":
        exact = certificate(race.payoffs, race.continuations, run["policies"], np.array([run["V1"], run["V1"][::-1]]))
        case.update(amplitude=0.0, largest_change=0.0, parity_values=[exact["values"][0][n]], V_1_parity=exact["values"][0][n],
                    values=exact["values"], policies=run["policies"],
                    certificate=dict(pick(exact, *CERTIFICATE), symmetry_gap=symmetry_gap(run["policies"], exact["values"])),
                    figures=dict(pick(figures(race, run["policies"]), *VALUE_ITERATION_FIGURES),
                                 mean_training_parity=run["policies"][0][n] @ race.training))
    elif run["outcome"] == "cycle":
        at_parity = cycle[:, n]
        changes_in_cycle = np.abs(np.diff(np.vstack([cycle, cycle[:1]]), axis=0)).max(axis=1)
        case.update(amplitude=(cycle.max(axis=0) - cycle.min(axis=0)).max(), largest_change=changes_in_cycle.max(),
                    parity_values=np.roll(at_parity, -int(at_parity.argmin())), V_1_parity=None, values=None, policies=None,
                    certificate=None, figures=None)
    return case


def race_value_iteration():
    named = list(SCENARIOS.items()) + [("stable-parity-omega-1", dict(omega=1.0)), ("omega-1.5", dict(omega=1.5))]
    return dict(cases=[value_iteration_case(name, changes) for name, changes in named])


def random_game(rng, name, actions, states, discounts, sparse=False):
    players, shape = len(actions), (states, *actions)
    payoffs = [rng.normal(size=shape) for _ in range(players)]
    transitions = rng.dirichlet(np.full(states, 0.6), size=shape)
    if sparse:                                                 # some joint actions move to one state for sure
        target = np.eye(states)[rng.integers(states, size=shape)]
        transitions = np.where(rng.random(shape)[..., None] < 0.5, target, transitions)
    continuations = [d * transitions for d in discounts]
    policies = random_profile(rng, [(states, m) for m in actions])
    exact = certificate(payoffs, continuations, policies)
    joint = int(np.prod(actions))
    game = dict(name=name, players=players, states=states, actions=actions, discounts=discounts,
                payoffs=np.array(payoffs).reshape(players, states, joint).transpose(1, 0, 2),
                transitions=transitions.reshape(states, joint, states), policies=policies,
                **pick(exact, "values", "best_response_values", "nash_conv", "max_regret", "exploitability", "support_gap"))
    if players == 1:
        game["optimal_values"], game["optimal_actions"] = best_response(payoffs[0], continuations[0])
    return game


def stochastic_games():
    rng = np.random.default_rng(23)
    two = [([2, 2], 2, [0.9, 0.8]), ([3, 2], 2, [0.5, 0.95]), ([2, 4], 3, [0.99, 0.6]), ([3, 3], 3, [0.0, 0.9]),
           ([4, 4], 4, [0.85, 0.92]), ([4, 3], 4, [0.7, 0.7])]
    three = [([2, 2, 2], 2, [0.9, 0.8, 0.7]), ([2, 3, 4], 3, [0.6, 0.95, 0.85])]
    one = [([3], 4, [0.9]), ([4], 6, [0.97]), ([2], 3, [0.0])]
    games = []
    for label, draws in (("two-player", two), ("three-player", three), ("one-player", one)):
        for number, (actions, states, discounts) in enumerate(draws):
            games.append(random_game(rng, f"{label}-{number + 1}", actions, states, discounts, sparse=number % 2 == 1))
    return dict(games=games)


FIXTURES = {"race-finite": race_finite, "race-certificates": race_certificates, "race-model": race_model,
            "race-value-iteration": race_value_iteration, "stochastic-games": stochastic_games}


def write_fixtures(folder):
    os.makedirs(folder, exist_ok=True)
    for name, make in FIXTURES.items():
        with open(os.path.join(folder, name + ".json"), "w") as file:
            file.write(rows(plain(make())) + "\n")
        print("wrote", name)


def rows(value, indent=0):
    """JSON with one line per innermost list of numbers."""
    pad = " " * (indent + 1)
    if isinstance(value, dict) and value:
        inner = [pad + json.dumps(k) + ": " + rows(v, indent + 1) for k, v in value.items()]
        return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"
    if isinstance(value, list) and any(isinstance(v, (list, dict)) for v in value):
        return "[\n" + ",\n".join(pad + rows(v, indent + 1) for v in value) + "\n" + " " * indent + "]"
    return json.dumps(value, allow_nan=False)


# ---------------------------------------------------------------------------------------------------------------------
# Checks (section 11, and the figures of section 3 that value iteration reaches)
# ---------------------------------------------------------------------------------------------------------------------

def check():
    def ok(name, condition, detail=""):
        print("ok  " if condition else "FAIL", name, detail)

    rng = np.random.default_rng(3)
    for number in range(6):
        race = Race(**random_parameters(rng, 11, 5, riding=number % 2 == 1))
        mirror = lambda array: np.swapaxes(array[::-1], 1, 2)
        ok("mirror(u_1) = u_2 exactly", np.array_equal(mirror(race.u1), race.u2))
        ok("kernel mirrors exactly", np.array_equal(mirror(race.P)[..., ::-1], race.P))
        ok("rows of P sum to 1", np.abs(race.P.sum(axis=-1) - 1).max() < 1e-15)
        inside = np.abs(race.post) + race.p["noise_size"] <= race.p["gap_max"]
        ok("mean of P is g~ inside the clamp", np.abs(race.P @ race.gaps - race.post)[inside].max() < 1e-14)
        ok("R Q = W + W T/(Q-T)", np.allclose(race.price * race.p["Q"], race.p["W"] + race.price * race.compute, rtol=1e-14))
    for changes, name in REFUSED:
        try:
            Race(**changes)
            ok(f"refused {changes}", False)
        except ValueError as error:
            ok(f"refused {changes}", str(error).startswith(name + " "), str(error))

    # The base moves every value by base/(1-beta) and no policy.
    low, high = (backward_induction(Race(omega=1.5, s=0.6, base=b), 10) for b in (0.0, 0.5))
    ok("base moves no policy", all(np.allclose(p, q, atol=1e-9) for p, q in
                                  zip(low["policies_by_periods_left"], high["policies_by_periods_left"])))

    # Textbook stage games: matching pennies; a game whose parity has no pure symmetric equilibrium (hawk-dove).
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    x, y = lemke_howson(pennies, -pennies)
    ok("matching pennies", np.allclose(x, 0.5) and np.allclose(y, 0.5))
    ok("hawk-dove, V = 2 and C = 6", np.allclose(symmetric_lemke(np.array([[-2.0, 2.0], [0.0, 1.0]])), [1 / 3, 2 / 3]))

    # The same paths in exact rational arithmetic, on random games and on those met in the finite fixtures.
    exact = np.vectorize(Fraction, otypes=[object])
    games = []
    for m, n in [(2, 2), (2, 5), (3, 4), (5, 2), (5, 5), (6, 4)] * 4:
        A, B = rng.normal(size=(m, n)), rng.normal(size=(m, n))
        games.append((A, B, *lemke_howson(A, B), False))
        S = rng.normal(size=(m, m))
        games.append((S, S.T, *(symmetric_lemke(S),) * 2, True))
    for case in race_finite()["cases"]:
        games += backward_induction(Race(**case["parameters"]), case["horizon"], case["selection"])["fragility"].mixed
    apart, loss = 0.0, 0.0
    for A, B, x, y, parity in games:
        u, v = (symmetric_lemke(exact(A)),) * 2 if parity else lemke_howson(exact(A), exact(B))
        apart = max(apart, np.abs(x - u.astype(float)).max(), np.abs(y - v.astype(float)).max())
        loss = max(loss, (A @ y).max() - x @ A @ y, (x @ B).max() - x @ B @ y)
    ok("Lemke paths agree with rational arithmetic", apart < 1e-10, f"{len(games)} games, largest difference {apart:.1e}")
    ok("and end in equilibria", loss < 1e-11, f"largest loss {loss:.1e}")

    # Certificates: the brackets of section 2, and a second computation of the best response by value iteration.
    race = Race(**SCENARIOS["contested"])
    policies = random_profile(rng, [(21, 9), (21, 9)])
    c = certificate(race.payoffs, race.continuations, policies)
    ok("max regret <= exploitability <= max regret/(1-beta)",
       c["max_regret"] <= c["exploitability"] + 1e-12 and c["exploitability"] <= c["max_regret"] / 0.05)
    rewards, continuation = decision_problem(race.payoffs, race.continuations, policies, 0)
    V = np.zeros(21)
    for _ in range(1000):
        V = (rewards + continuation @ V).max(axis=1)
    ok("best response by value iteration", np.abs(V - c["best_response_values"][0]).max() < 1e-11)

    # omega 0: no training, values 0, half-life by (1-mu)^t.
    solved = backward_induction(Race(omega=0.0), 10)
    ok("omega 0: no training and values 0", np.array_equal(solved["policies_by_periods_left"][-1][:, :, 0], np.ones((2, 21)))
       and np.abs(solved["values"]).max() == 0)

    # Section 3, rows that value iteration reaches; section 5, cycles.
    expected = {"saturated": (0.0, 0.0, 0.8, 0.979, 8.0), "stable-parity": (-0.80808081, 0.1, 0.8, 0.979, 8.081),
                "tipping": (-7.51833820, 0.740, 3.408, 0.0, 8.185), "stable-parity-omega-1": (-0.80808081, 0.1, None, None, None)}
    for case in race_value_iteration()["cases"]:
        print("    ", case["name"], case["outcome"], "period", case["period"], "sweeps", case["sweeps"], "amplitude", case["amplitude"],
              "largest change", case["largest_change"], "fragile", case["fragile_reasons"], "margin", case["smallest_margin"])
        if case["name"] in expected and case["outcome"] == "converged":
            f = case["figures"]
            found = (case["V_1_parity"], f["mean_training_parity"], f["parity_multiplier"], f["turnover"], f["mean_price"])
            digits = (5e-9, 5e-4, 5e-4, 5e-4, 5e-4)
            ok(case["name"], all(e is None or abs(e - v) <= d * 1.01 for e, v, d in zip(expected[case["name"]], found, digits)),
               f"{f['regime']} {found} attractors {f['attractors']} peak {f['peak_utilisation']:.4f} "
               f"exploitability {case['certificate']['exploitability']:.1e}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Reference program for the compute race: writes golden fixtures.")
    parser.add_argument("--out", help="folder for the fixture files")
    parser.add_argument("--check", action="store_true", help="check identities and the model statement's figures")
    arguments = parser.parse_args()
    if arguments.check:
        check()
    if arguments.out:
        write_fixtures(arguments.out)
