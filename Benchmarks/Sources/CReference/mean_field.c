/* A stationary mean-field equilibrium by plain bisection: policy iteration and the invariant law by
   dense elimination with pivots, as one would write it from the paper. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

/* Solves a x = b in place of b; a is n x n, row-major, and lost. */
static void solve(long n, double *a, double *b) {
  for (long k = 0; k < n; ++k) {
    long best = k;
    for (long i = k + 1; i < n; ++i)
      if (fabs(a[i * n + k]) > fabs(a[best * n + k])) best = i;
    if (best != k) {
      for (long j = k; j < n; ++j) {
        double t = a[k * n + j];
        a[k * n + j] = a[best * n + j];
        a[best * n + j] = t;
      }
      double t = b[k];
      b[k] = b[best];
      b[best] = t;
    }
    for (long i = k + 1; i < n; ++i) {
      double factor = a[i * n + k] / a[k * n + k];
      if (factor == 0) continue;
      for (long j = k + 1; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
      b[i] -= factor * b[k];
    }
  }
  for (long k = n - 1; k >= 0; --k) {
    for (long j = k + 1; j < n; ++j) b[k] -= a[k * n + j] * b[j];
    b[k] /= a[k * n + k];
  }
}

static double action_value(const struct reference_frozen *g, long row, const double *values) {
  double next = 0;
  for (long e = g->transition_offsets[row]; e < g->transition_offsets[row + 1]; ++e)
    next += g->probabilities[e] * values[g->next_states[e]];
  return g->payoffs[row] + g->discount * next;
}

double reference_mean_field(
    const struct reference_mean_field_task *task, long *evaluations) {
  const struct reference_frozen *g = task->game;
  long n = g->states;
  double *a = malloc(sizeof(double) * n * n);
  double *values = malloc(sizeof(double) * n);
  double *law = malloc(sizeof(double) * n);
  long *policy = malloc(sizeof(long) * n);
  if (!a || !values || !law || !policy) {
    free(a), free(values), free(law), free(policy);
    return NAN;
  }
  for (long x = 0; x < n; ++x) policy[x] = g->row_offsets[x];
  double low = task->low, high = task->high, m = 0;
  *evaluations = 0;
  for (;;) {
    m = 0.5 * (low + high);
    ++*evaluations;
    task->write(task->context, m);
    for (int changed = 1; changed;) {
      memset(a, 0, sizeof(double) * n * n);
      for (long x = 0; x < n; ++x) {
        long row = policy[x];
        a[x * n + x] = 1;
        for (long e = g->transition_offsets[row]; e < g->transition_offsets[row + 1]; ++e)
          a[x * n + g->next_states[e]] -= g->discount * g->probabilities[e];
        values[x] = g->payoffs[row];
      }
      solve(n, a, values);
      double scale = 0;
      for (long x = 0; x < n; ++x) scale = fmax(scale, fabs(values[x]));
      changed = 0;
      for (long x = 0; x < n; ++x) {
        double best = action_value(g, policy[x], values) + 1e-12 * scale;
        for (long row = g->row_offsets[x]; row < g->row_offsets[x + 1]; ++row) {
          double value = action_value(g, row, values);
          if (value > best) {
            best = value;
            policy[x] = row;
            changed = 1;
          }
        }
      }
    }
    /* s (L - I) = 0 with the last equation replaced by sum s = 1. */
    memset(a, 0, sizeof(double) * n * n);
    for (long x = 0; x < n; ++x) {
      long row = policy[x];
      a[x * n + x] -= 1;
      for (long e = g->transition_offsets[row]; e < g->transition_offsets[row + 1]; ++e)
        a[g->next_states[e] * n + x] += task->survival * g->probabilities[e];
      a[task->entry * n + x] += 1 - task->survival;
      law[x] = 0;
    }
    for (long x = 0; x < n; ++x) a[(n - 1) * n + x] = 1;
    law[n - 1] = 1;
    solve(n, a, law);
    double mapped = 0;
    for (long x = 0; x < n; ++x) mapped += law[x] * task->interaction[policy[x]];
    double f = m - mapped;
    if (f == 0) break;
    if (f > 0) high = m; else low = m;
    if (high - low <= 1e-12 * fmax(1, fabs(m))) break;
  }
  free(a), free(values), free(law), free(policy);
  return m;
}
