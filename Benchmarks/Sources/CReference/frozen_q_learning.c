/* Q-learning of one agent at a frozen mean field, in plain C.

   The same rule as the Swift learner's, written as a C programmer would: flat arrays, alias tables for
   the next state, the greedy action of every state kept at hand, step sizes looked up in a table
   that grows by doubling. Every floating-point operation and every draw is done in the same order,
   so both end with the same table, bit for bit. */
#define HAVE_INLINE
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

struct cell {
  double threshold;
  int first;
  int second;
};

/* Vose's construction of one alias table. */
static void write_cells(
    struct cell *cells, const int *outcomes, const double *probabilities, long count, int *low,
    int *high, double *scaled) {
  double total = 0;
  for (long k = 0; k < count; k++) total += probabilities[k];
  double factor = (double)count / total;
  long lows = 0, highs = 0;
  for (long k = 0; k < count; k++) {
    scaled[k] = probabilities[k] * factor;
    if (scaled[k] < 1)
      low[lows++] = (int)k;
    else
      high[highs++] = (int)k;
  }
  while (lows > 0 && highs > 0) {
    int poor = low[--lows], rich = high[highs - 1];
    cells[poor] = (struct cell){scaled[poor], outcomes[poor], outcomes[rich]};
    scaled[rich] -= 1 - scaled[poor];
    if (scaled[rich] >= 1) continue;
    highs--;
    low[lows++] = rich;
  }
  long certain = 0;
  for (long k = 1; k < count; k++)
    if (probabilities[k] > probabilities[certain]) certain = k;
  for (long rest = 0; rest < highs + lows; rest++) {
    int k = rest < highs ? high[rest] : low[rest - highs];
    int outcome = probabilities[k] > 0 ? outcomes[k] : outcomes[certain];
    cells[k] = (struct cell){1, outcome, outcome};
  }
}

static __attribute__((noinline)) void rescan(
    const double *row, long count, double *best, long *greedy) {
  long action = 0;
  double value = row[0];
  for (long k = 1; k < count; k++) {
    int better = row[k] > value;
    value = better ? row[k] : value;
    action = better ? k : action;
  }
  *best = value;
  *greedy = action;
}

int reference_frozen_q_learning(
    const struct reference_frozen *g, long updates, long episode, double exponent,
    struct reference_taus2 start, double *values, long *visits) {
  long rows = g->row_offsets[g->states], longest = 1;
  for (long r = 0; r < rows; r++) {
    long count = g->transition_offsets[r + 1] - g->transition_offsets[r];
    longest = count > longest ? count : longest;
  }
  struct cell *cells = malloc((size_t)g->transition_offsets[rows] * sizeof(struct cell));
  int *low = malloc((size_t)longest * sizeof(int)), *high = malloc((size_t)longest * sizeof(int));
  double *scaled = malloc((size_t)longest * sizeof(double));
  double *best = calloc((size_t)g->states, sizeof(double));
  long *greedy = calloc((size_t)g->states, sizeof(long));
  long known = 1024;
  double *steps = malloc((size_t)known * sizeof(double));
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
  if (!cells || !low || !high || !scaled || !best || !greedy || !steps || !rng) return -1;
  memcpy(rng->state, start.word, sizeof start.word);
  for (long k = 0; k < known; k++) steps[k] = pow((double)(k > 1 ? k : 1), -exponent);
  for (long r = 0; r < rows; r++) {
    long first = g->transition_offsets[r];
    write_cells(
        cells + first, g->next_states + first, g->probabilities + first,
        g->transition_offsets[r + 1] - first, low, high, scaled);
  }
  memset(values, 0, (size_t)rows * sizeof(double));
  memset(visits, 0, (size_t)rows * sizeof(long));

  long x = 0, left = 0;
  for (long k = 0; k < updates; k++) {
    if (left == 0) {
      x = (long)(gsl_rng_uniform(rng) * (double)g->states);
      left = episode;
    }
    left--;
    long first = g->row_offsets[x];
    long action = (long)(gsl_rng_uniform(rng) * (double)(g->row_offsets[x + 1] - first));
    long row = first + action;
    long from = g->transition_offsets[row];
    double u = gsl_rng_uniform(rng) * (double)(g->transition_offsets[row + 1] - from);
    long j = (long)u;
    struct cell cell = cells[from + j];
    long next = u - (double)j < cell.threshold ? cell.first : cell.second;
    long n = ++visits[row];
    if (n >= known) {
      steps = realloc(steps, 2 * (size_t)known * sizeof(double));
      if (!steps) return -1;
      for (long i = known; i < 2 * known; i++) steps[i] = pow((double)i, -exponent);
      known *= 2;
    }
    double old = values[row];
    double target = g->payoffs[row] + g->discount * best[next];
    double value = old + steps[n] * (target - old);
    values[row] = value;
    if (action == greedy[x]) {
      if (value >= best[x])
        best[x] = value;
      else
        rescan(values + first, g->row_offsets[x + 1] - first, &best[x], &greedy[x]);
    } else if (value > best[x] || (value == best[x] && action < greedy[x])) {
      best[x] = value;
      greedy[x] = action;
    }
    x = next;
  }
  gsl_rng_free(rng);
  free(cells);
  free(low);
  free(high);
  free(scaled);
  free(best);
  free(greedy);
  free(steps);
  return 0;
}
