/* Two Q-learners in the pricing game in plain C, with the laboratory's generator and tables.

   Written for speed as a C programmer would who knows the game: the next state is the pair of prices,
   profits are a table of 15 x 15, nothing is drawn to move on, the step size is a constant, epsilon is
   computed once a period, visits are not counted, and the greedy action of every state is kept at hand.
   Floating-point operations come in the order of the Swift learner, so that both end with the same
   tables after the same number of periods, bit for bit. */
#define HAVE_INLINE
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

struct firm {
  gsl_rng *rng;
  double *values; /* Q, [state x price] */
  double *best;   /* [state] */
  long *greedy;   /* [state] */
};

static __attribute__((noinline)) long highest(const double *row, long count) {
  long action = 0;
  double value = row[0];
  for (long k = 1; k < count; k++) {
    int better = row[k] > value;
    value = better ? row[k] : value;
    action = better ? k : action;
  }
  return action;
}

static gsl_rng *stream(struct reference_taus2 start) {
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
  if (rng) memcpy(rng->state, start.word, sizeof start.word);
  return rng;
}

long reference_pricing(
    const struct reference_pricing_task *t, const struct reference_taus2 *streams,
    double *const values[2]) {
  const long m = t->prices, states = m * m;
  struct firm firm[2];
  gsl_rng *environment = stream(streams[0]);
  if (!environment) abort();
  long state = (long)(gsl_rng_uniform(environment) * (double)states);
  for (int i = 0; i < 2; i++) {
    firm[i].rng = stream(streams[1 + i]);
    firm[i].values = values[i];
    firm[i].best = malloc((size_t)states * sizeof(double));
    firm[i].greedy = malloc((size_t)states * sizeof(long));
    if (!firm[i].rng || !firm[i].best || !firm[i].greedy) abort();
    for (long s = 0; s < states; s++) {
      firm[i].greedy[s] = highest(values[i] + s * m, m);
      firm[i].best[s] = values[i][s * m + firm[i].greedy[s]];
    }
  }
  const double alpha = t->alpha, discount = t->discount, rate = -t->beta;
  long period = 0, changed = 0;
  while (period < t->limit && period - changed < t->patience) {
    const double epsilon = exp(rate * (double)period);
    long price[2];
    for (int i = 0; i < 2; i++)
      price[i] = gsl_rng_uniform(firm[i].rng) < epsilon
                     ? (long)(gsl_rng_uniform(firm[i].rng) * (double)m)
                     : firm[i].greedy[state];
    const long next = price[0] * m + price[1];
    period++;
    for (int i = 0; i < 2; i++) {
      struct firm *f = &firm[i];
      const long a = price[i], greedy = f->greedy[state];
      double *row = f->values + state * m;
      const double old = row[a];
      const double target = t->profits[2 * next + i] + discount * f->best[next];
      const double value = old + alpha * (target - old);
      row[a] = value;
      if (a == greedy) {
        if (value >= f->best[state]) {
          f->best[state] = value;
        } else {
          const long now = highest(row, m);
          f->best[state] = row[now];
          if (now != greedy) {
            f->greedy[state] = now;
            changed = period;
          }
        }
      } else if (value > f->best[state] || (value == f->best[state] && a < greedy)) {
        f->best[state] = value;
        f->greedy[state] = a;
        changed = period;
      }
    }
    state = next;
  }
  for (int i = 0; i < 2; i++) {
    gsl_rng_free(firm[i].rng);
    free(firm[i].best);
    free(firm[i].greedy);
  }
  gsl_rng_free(environment);
  return period;
}
