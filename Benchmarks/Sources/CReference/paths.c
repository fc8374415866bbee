/* Monte Carlo paths of a stochastic game under a profile, in plain C: one path after the other, one
   period after the other, everything counted and summed on the way. Draws are made by scanning
   partial sums, with gsl_rng_uniform inlined by HAVE_INLINE to one indirect call. */
#define HAVE_INLINE
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

static void restart(gsl_rng *rng, struct reference_taus2 start) {
  memcpy(rng->state, start.word, sizeof start.word);
}

/* Always inlined, so that the number of players is a constant where the caller's is. */
static inline __attribute__((always_inline)) int play(
    const struct reference_paths *task, const struct reference_taus2 *streams, const long players,
    const long mixing, struct reference_paths_result *result) {
  const struct reference_game *g = task->game;
  const long states = g->states;
  gsl_rng *start = gsl_rng_alloc(gsl_rng_taus2);
  gsl_rng *nature = gsl_rng_alloc(gsl_rng_taus2);
  gsl_rng *chance[8] = {0};
  for (long i = 0; i < mixing; i++) chance[i] = gsl_rng_alloc(gsl_rng_taus2);
  double *weights = malloc(sizeof(double) * (size_t)(task->periods * players));
  if (!start || !nature || !weights) return -1;
  for (long i = 0; i < players; i++) {
    double weight = 1;
    for (long t = 0; t < task->periods; t++) {
      weights[t * players + i] = weight;
      weight *= g->discounts[i];
    }
  }
  double means[8] = {0}, squares[8] = {0};
  long left = 0;
  for (long path = 0; path < task->paths; path++) {
    if (left == 0) {
      for (long i = 0; i < mixing; i++) restart(chance[i], *streams++);
      restart(nature, *streams++);
      restart(start, *streams++);
      left = task->paths_per_stream;
    }
    left--;
    double u = gsl_rng_uniform(start);
    long s = 0;
    while (u >= task->initial[s]) s++;
    double sums[8] = {0};
    for (long t = 0; t < task->periods; t++) {
      result->counts[t * states + s]++;
      long row = task->rows[s];
      for (long i = 0; i < mixing; i++) {
        u = gsl_rng_uniform(chance[i]);
        long entry = task->law_offsets[i * states + s];
        while (u >= task->laws[entry]) entry++;
        row += task->law_rows[entry];
      }
      const double *pay = g->payoffs + row * players;
      const double *weight = weights + t * players;
      for (long i = 0; i < players; i++) sums[i] += weight[i] * pay[i];
      u = gsl_rng_uniform(nature);
      long entry = g->transition_offsets[row];
      while (u >= g->cumulative[entry]) entry++;
      s = g->next_states[entry];
    }
    /* Welford's update. */
    for (long i = 0; i < players; i++) {
      const double apart = sums[i] - means[i];
      means[i] += apart / (double)(path + 1);
      squares[i] += apart * (sums[i] - means[i]);
    }
  }
  for (long i = 0; i < players; i++) {
    result->means[i] = means[i];
    result->variances[i] = squares[i] / (double)(task->paths - 1);
  }
  gsl_rng_free(start);
  gsl_rng_free(nature);
  for (long i = 0; i < mixing; i++) gsl_rng_free(chance[i]);
  free(weights);
  return 0;
}

int reference_play_paths(
    const struct reference_paths *task, const struct reference_taus2 *streams,
    struct reference_paths_result *result) {
  if (task->game->players > 8 || task->mixing > 8) return -1;
  if (task->game->players == 2 && task->mixing == 0) return play(task, streams, 2, 0, result);
  if (task->game->players == 2 && task->mixing == 2) return play(task, streams, 2, 2, result);
  return play(task, streams, task->game->players, task->mixing, result);
}
