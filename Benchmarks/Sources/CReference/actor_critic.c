/* One-step actor-critic with softmax tables in plain C.

   As a C programmer would write it for speed: flat arrays, the law of every state kept beside its
   logits and renewed only where they moved, one exp an action a step, gsl_rng_uniform inlined by
   HAVE_INLINE to one indirect call. Every floating-point operation is done in the order of the Swift
   learner and exp is the same library's, so both end with the same tables, bit for bit. */
#define HAVE_INLINE
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

struct player {
  gsl_rng *rng;
  double *logits; /* [state x action] */
  double *laws;   /* like logits */
  double *sums;   /* like logits: laws at recorded visits */
  double *values; /* [state] */
  long *modes;    /* [state] */
  long *starts;   /* [state + 1] */
  double discount;
  double reward_sum;
  long last_change;
};

static gsl_rng *stream(struct reference_taus2 start) {
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
  if (rng) memcpy(rng->state, start.word, sizeof start.word);
  return rng;
}

static inline __attribute__((always_inline)) void renew(
    struct player *p, long state, long start, long count, long time) {
  const double *row = p->logits + start;
  double *law = p->laws + start;
  long mode = 0;
  double top = row[0];
  for (long k = 1; k < count; k++) {
    if (row[k] > top) {
      top = row[k];
      mode = k;
    }
  }
  double total = 0;
  for (long k = 0; k < count; k++) {
    const double weight = exp(row[k] - top);
    law[k] = weight;
    total += weight;
  }
  const double scale = 1 / total;
  for (long k = 0; k < count; k++) law[k] *= scale;
  if (mode != p->modes[state]) {
    p->modes[state] = mode;
    p->last_change = time;
  }
}

/* `special` is a constant at both calls: the compiler makes two programs of this. */
static inline __attribute__((always_inline)) int train(
    const struct reference_game *g, const struct reference_actor_critic *t,
    const struct reference_taus2 *streams, struct reference_actor_critic_result *result,
    const int special) {
  const long players = special ? 2 : g->players;
  struct player player[8];
  if (g->players > 8 || (special && g->players != 2)) return -1;
  gsl_rng *environment = stream(streams[0]);
  if (!environment) return -1;
  for (long i = 0; i < players; i++) {
    struct player *p = &player[i];
    p->rng = stream(streams[1 + i]);
    p->logits = result->logits[i];
    p->values = result->values[i];
    p->sums = result->law_sums[i];
    p->starts = malloc((size_t)(g->states + 1) * sizeof(long));
    p->modes = calloc((size_t)g->states, sizeof(long));
    if (!p->rng || !p->starts || !p->modes) return -1;
    p->starts[0] = 0;
    for (long s = 0; s < g->states; s++)
      p->starts[s + 1] = p->starts[s] + g->action_counts[s * players + i];
    p->laws = calloc((size_t)p->starts[g->states], sizeof(double));
    if (!p->laws) return -1;
    p->discount = g->discounts[i];
    p->reward_sum = 0;
    p->last_change = 0;
    for (long s = 0; s < g->states; s++)
      renew(p, s, p->starts[s], p->starts[s + 1] - p->starts[s], 0);
  }
  const long fixed[2] = {g->action_counts[0], g->action_counts[players > 1 ? 1 : 0]};
  const double actor_step = t->actor_step;
  const double critic_step = t->critic_step;
  const long half = t->steps / 2;
  long state = 0;
  long in_episode = 0;
  int ended = 1;

  for (long step = 0; step < t->steps; step++) {
    if (ended) {
      state = g->playable[(long)(gsl_rng_uniform(environment) * (double)g->playable_count)];
      in_episode = 0;
    }
    const int recording = step >= half;
    const long *counts = g->action_counts + state * players;
    long action[8];
    long row = 0;
    for (long i = 0; i < players; i++) {
      struct player *p = &player[i];
      const long count = special ? fixed[i] : counts[i];
      const long start = special ? state * count : p->starts[state];
      const double *law = p->laws + start;
      if (recording)
        for (long k = 0; k < count; k++) p->sums[start + k] += law[k];
      const double u = gsl_rng_uniform(p->rng);
      long a = 0;
      double sum = law[0];
      while (u >= sum && a < count - 1) sum += law[++a];
      while (law[a] == 0) a--;
      action[i] = a;
      row = row * count + a;
    }
    row += special ? state * fixed[0] * fixed[1] : g->joint_offsets[state];

    const double *pay = g->payoffs + row * players;
    const double u = gsl_rng_uniform(environment);
    long entry = g->transition_offsets[row];
    while (u >= g->cumulative[entry]) entry++;
    const long next = g->next_states[entry];
    double continuation = 1;
    if (!special && g->growth) continuation = g->growth[row];
    in_episode++;
    ended = in_episode == t->episode;
    if (!special && g->terminal[next]) {
      continuation = 0;
      ended = 1;
    }

    for (long i = 0; i < players; i++) {
      struct player *p = &player[i];
      const long count = special ? fixed[i] : counts[i];
      const long start = special ? state * count : p->starts[state];
      const double old = p->values[state];
      const double error = pay[i] + p->discount * continuation * p->values[next] - old;
      p->values[state] = old + critic_step * error;
      p->reward_sum += pay[i];
      const double amount = actor_step * error;
      double *logits = p->logits + start;
      const double *law = p->laws + start;
      for (long k = 0; k < count; k++) logits[k] -= amount * law[k];
      logits[action[i]] += amount;
      renew(p, state, start, count, step + 1);
    }
    state = next;
  }

  for (long i = 0; i < players; i++) {
    result->reward_sums[i] = player[i].reward_sum;
    result->last_changes[i] = player[i].last_change;
    gsl_rng_free(player[i].rng);
    free(player[i].laws);
    free(player[i].modes);
    free(player[i].starts);
  }
  gsl_rng_free(environment);
  return 0;
}

int reference_actor_critic_any(
    const struct reference_game *game, const struct reference_actor_critic *training,
    const struct reference_taus2 *streams, struct reference_actor_critic_result *result) {
  return train(game, training, streams, result, 0);
}

int reference_actor_critic_two(
    const struct reference_game *game, const struct reference_actor_critic *training,
    const struct reference_taus2 *streams, struct reference_actor_critic_result *result) {
  return train(game, training, streams, result, 1);
}
