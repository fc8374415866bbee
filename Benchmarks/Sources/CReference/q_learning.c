/* Independent tabular Q-learning in plain C.

   Written for speed as a C programmer would: flat arrays, the greedy action of every state kept at
   hand (a row is scanned again only when its greedy entry falls), step sizes looked up in a table
   that grows by doubling, epsilon computed once a step, gsl_rng_uniform inlined by HAVE_INLINE to
   one indirect call. Every floating-point operation is done in the order of the Swift learner, so
   both end with the same tables, bit for bit. */
#define HAVE_INLINE
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

struct step_sizes {
  double *values;
  long count;
  double exponent;
};

static double grown_step_size(struct step_sizes *sizes, long n) {
  long count = sizes->count ? 2 * sizes->count : 1024;
  while (count <= n) count *= 2;
  sizes->values = realloc(sizes->values, (size_t)count * sizeof(double));
  if (!sizes->values) abort();
  for (long k = sizes->count; k < count; k++)
    sizes->values[k] = pow((double)(k > 1 ? k : 1), -sizes->exponent);
  sizes->count = count;
  return sizes->values[n];
}

static inline double step_size(struct step_sizes *sizes, long n) {
  return n < sizes->count ? sizes->values[n] : grown_step_size(sizes, n);
}

struct player {
  gsl_rng *rng;
  double *values;       /* Q, [state x action] */
  long *visits;         /* like Q */
  long *greedy_visits;  /* like Q */
  long *greedy;         /* [state] */
  double *best;         /* [state] */
  long *starts;         /* [state + 1] */
  double discount;
  double reward_sum;
};

static __attribute__((noinline)) void rescan(struct player *p, long state, long count) {
  const double *row = p->values + p->starts[state];
  long action = 0;
  double value = row[0];
  for (long k = 1; k < count; k++) {
    int better = row[k] > value;
    value = better ? row[k] : value;
    action = better ? k : action;
  }
  p->best[state] = value;
  p->greedy[state] = action;
}

static gsl_rng *stream(struct reference_taus2 start) {
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
  if (rng) memcpy(rng->state, start.word, sizeof start.word);
  return rng;
}

/* `special` is a constant at both calls: the compiler makes two programs of this. */
static inline __attribute__((always_inline)) int train(
    const struct reference_game *g, const struct reference_training *t,
    const struct reference_taus2 *streams, struct reference_result *result, const int special) {
  const long players = special ? 2 : g->players;
  struct player player[8];
  struct step_sizes sizes = {0, 0, t->exponent};
  if (g->players > 8 || (special && g->players != 2)) return -1;
  gsl_rng *environment = stream(streams[0]);
  if (!environment) return -1;
  for (long i = 0; i < players; i++) {
    struct player *p = &player[i];
    p->rng = stream(streams[1 + i]);
    p->values = result->values[i];
    p->visits = result->visits[i];
    p->greedy_visits = result->greedy_visits[i];
    p->greedy = calloc((size_t)g->states, sizeof(long));
    p->best = calloc((size_t)g->states, sizeof(double));
    p->starts = malloc((size_t)(g->states + 1) * sizeof(long));
    p->discount = g->discounts[i];
    p->reward_sum = 0;
    if (!p->rng || !p->greedy || !p->best || !p->starts) return -1;
    p->starts[0] = 0;
    for (long s = 0; s < g->states; s++)
      p->starts[s + 1] = p->starts[s] + g->action_counts[s * players + i];
    for (long s = 0; s < g->states; s++) rescan(p, s, p->starts[s + 1] - p->starts[s]);
  }
  const long fixed[2] = {g->action_counts[0], g->action_counts[players > 1 ? 1 : 0]};
  /* With as many transitions as rows, and some in each, every row has one: nothing to draw. */
  const int certain = !special && g->transition_offsets[g->joint_offsets[g->states]] ==
                                      g->joint_offsets[g->states];
  long changed = 0;
  long step = 0;
  const double horizon = t->epsilon_share * (double)(t->steps > 1 ? t->steps : 1);
  const double slope = t->epsilon_to - t->epsilon_from;
  const long half = t->steps / 2;
  long state = 0;
  long in_episode = 0;
  int ended = 1;

  for (; step < t->steps; step++) {
    if (!special && t->patience && step - changed >= t->patience) break;
    if (ended) {
      state = g->playable[(long)(gsl_rng_uniform(environment) * (double)g->playable_count)];
      in_episode = 0;
    }
    const double progress = (double)step / horizon;
    const double epsilon = !special && t->decay > 0 ? t->epsilon_from * exp(-t->decay * (double)step)
                           : progress >= 1          ? t->epsilon_to
                                                    : t->epsilon_from + slope * progress;
    const int recording = step >= half;
    const long *counts = g->action_counts + state * players;
    long action[8];
    long row = 0;
    for (long i = 0; i < players; i++) {
      struct player *p = &player[i];
      const long count = special ? fixed[i] : counts[i];
      const long greedy = p->greedy[state];
      if (recording) p->greedy_visits[(special ? state * count : p->starts[state]) + greedy]++;
      action[i] = gsl_rng_uniform(p->rng) < epsilon
                      ? (long)(gsl_rng_uniform(p->rng) * (double)count)
                      : greedy;
      row = row * count + action[i];
    }
    row += special ? state * fixed[0] * fixed[1] : g->joint_offsets[state];

    const double *pay = g->payoffs + row * players;
    long entry = row;
    if (!certain) {
      const double u = gsl_rng_uniform(environment);
      entry = g->transition_offsets[row];
      while (u >= g->cumulative[entry]) entry++;
    }
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
      const long a = action[i];
      const long at = (special ? state * count : p->starts[state]) + a;
      const long n = ++p->visits[at];
      const double old = p->values[at];
      const double target = pay[i] + p->discount * continuation * p->best[next];
      const double alpha = !special && t->step_size > 0 ? t->step_size : step_size(&sizes, n);
      const double value = old + alpha * (target - old);
      p->reward_sum += pay[i];
      p->values[at] = value;
      const long greedy = p->greedy[state];
      if (a == greedy) {
        if (value >= p->best[state])
          p->best[state] = value;
        else {
          rescan(p, state, count);
          if (p->greedy[state] != greedy) changed = step + 1;
        }
      } else if (value > p->best[state] || (value == p->best[state] && a < greedy)) {
        p->best[state] = value;
        p->greedy[state] = a;
        changed = step + 1;
      }
    }
    state = next;
  }
  result->steps = step;

  for (long i = 0; i < players; i++) {
    result->reward_sums[i] = player[i].reward_sum;
    gsl_rng_free(player[i].rng);
    free(player[i].greedy);
    free(player[i].best);
    free(player[i].starts);
  }
  gsl_rng_free(environment);
  free(sizes.values);
  return 0;
}

int reference_q_learning(
    const struct reference_game *game, const struct reference_training *training,
    const struct reference_taus2 *streams, struct reference_result *result) {
  return train(game, training, streams, result, 0);
}

int reference_q_learning_two(
    const struct reference_game *game, const struct reference_training *training,
    const struct reference_taus2 *streams, struct reference_result *result) {
  return train(game, training, streams, result, 1);
}

double reference_stepping(
    const struct reference_game *g, long episode, long copies, long steps,
    const struct reference_taus2 *streams) {
  gsl_rng **rng = malloc((size_t)copies * sizeof *rng);
  long *state = malloc((size_t)copies * sizeof *state);
  long *taken = malloc((size_t)copies * sizeof *taken);
  double sum = 0;
  if (!rng || !state || !taken) abort();
  for (long k = 0; k < copies; k++) {
    rng[k] = stream(streams[k]);
    if (!rng[k]) abort();
    state[k] = g->playable[(long)(gsl_rng_uniform(rng[k]) * (double)g->playable_count)];
    taken[k] = 0;
  }
  for (long step = 0; step < steps; step++) {
    for (long k = 0; k < copies; k++) {
      const long s = state[k];
      const long *counts = g->action_counts + s * g->players;
      long row = 0;
      for (long i = 0; i < g->players; i++) row = row * counts[i] + step % counts[i];
      row += g->joint_offsets[s];
      const double *pay = g->payoffs + row * g->players;
      for (long i = 0; i < g->players; i++) sum += pay[i];
      const double u = gsl_rng_uniform(rng[k]);
      long entry = g->transition_offsets[row];
      while (u >= g->cumulative[entry]) entry++;
      state[k] = g->next_states[entry];
      taken[k]++;
      if (g->terminal[state[k]] || taken[k] == episode) {
        state[k] = g->playable[(long)(gsl_rng_uniform(rng[k]) * (double)g->playable_count)];
        taken[k] = 0;
      }
    }
  }
  for (long k = 0; k < copies; k++) gsl_rng_free(rng[k]);
  free(rng);
  free(state);
  free(taken);
  return sum;
}

const char *reference_compiler(void) {
#ifdef __clang__
  return "clang " __clang_version__ ", -O3 -fomit-frame-pointer -ffp-contract=off";
#else
  return __VERSION__ ", -O3 -fomit-frame-pointer -ffp-contract=off";
#endif
}
