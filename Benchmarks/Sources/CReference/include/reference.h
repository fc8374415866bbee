/* The reference that the laboratory's speed is measured against: independent Q-learning and plain
   stepping of a stochastic game, in plain C, with the same GSL generator and the same tables. */
#ifndef REFERENCE_H
#define REFERENCE_H

/* A stochastic game laid out for stepping; all arrays are the caller's and read only. */
struct reference_game {
  long players;
  long states;
  const double *discounts;        /* [player] */
  const long *action_counts;      /* [state x player] */
  const long *joint_offsets;      /* [state], first row of each */
  const double *payoffs;          /* [row x player] */
  const long *transition_offsets; /* [row + 1] */
  const int *next_states;         /* [transition] */
  const double *cumulative;       /* [transition], partial sums; the last of each row is 2 */
  const _Bool *terminal;          /* [state] */
  const double *growth;           /* [row], or null for a game that does not grow */
  const long *playable;           /* the states that are not terminal */
  long playable_count;
};

/* How Q-learners learn: step size n^-exponent in visits of the pair, or constant; epsilon-greedy with
   epsilon falling in a straight line, or exponentially; episodes cut after a stated length, or never;
   starts uniform. */
struct reference_training {
  long steps;
  long episode;
  double exponent;
  double epsilon_from;
  double epsilon_to;
  double epsilon_share;
  double step_size; /* above 0: the step size, instead of a power */
  double decay;     /* above 0: epsilon is epsilon_from exp(-decay t), instead of a line */
  long patience;    /* above 0: ends once no greedy action has changed for so many steps */
};

/* What a run leaves behind, one row of each per player, laid out as the player's policy. */
struct reference_result {
  double *values[8];
  long *visits[8];
  long *greedy_visits[8];
  double reward_sums[8];
  long steps;
};

/* The three words of a taus2 state. */
struct reference_taus2 {
  unsigned long word[3];
};

/* Trains from the tables in `values`. streams[0] is the environment's, streams[1 + i] player i's. The
   result's arrays have one entry per state and action; visits must be zero. Returns 0, or -1 out of
   memory or with more than 8 players. */
int reference_q_learning(
    const struct reference_game *game, const struct reference_training *training,
    const struct reference_taus2 *streams, struct reference_result *result);

/* The same program with what is special about the race compiled in: two players, the same number of
   actions in every state, no growth, no terminal states, step sizes by visits, epsilon in a line. */
int reference_q_learning_two(
    const struct reference_game *game, const struct reference_training *training,
    const struct reference_taus2 *streams, struct reference_result *result);

/* How actor-critics learn: one-step errors, constant steps, episodes cut after a stated length, starts
   uniform. */
struct reference_actor_critic {
  long steps;
  long episode;
  double actor_step;
  double critic_step;
};

/* What a run of actor-critics leaves behind, per player; logits and law sums laid out as the player's
   policy, one value per state. */
struct reference_actor_critic_result {
  double *logits[8];
  double *values[8];
  double *law_sums[8];
  double reward_sums[8];
  long last_changes[8];
};

/* Trains actor-critics from zero logits and values; streams and returned code as for Q-learning. The
   result's arrays must be zero. */
int reference_actor_critic_any(
    const struct reference_game *game, const struct reference_actor_critic *training,
    const struct reference_taus2 *streams, struct reference_actor_critic_result *result);

/* The same with what is special about the race compiled in, as for Q-learning. */
int reference_actor_critic_two(
    const struct reference_game *game, const struct reference_actor_critic *training,
    const struct reference_taus2 *streams, struct reference_actor_critic_result *result);

/* Steps `copies` copies `steps` times each, in turn, copy k with streams[k]; every player plays the
   step's index modulo the number of actions. Returns the sum of all rewards, in order of play. */
double reference_stepping(
    const struct reference_game *game, long episode, long copies, long steps,
    const struct reference_taus2 *streams);

/* A session of two Q-learners in the pricing game with memory 1. */
struct reference_pricing_task {
  long prices;
  const double *profits; /* [joint action x firm], firm 1's price most significant */
  double discount;
  double alpha;          /* step size */
  double beta;           /* epsilon is exp(-beta t) */
  long patience;         /* ends after so many periods without a change of greedy prices, */
  long limit;            /* or after so many altogether */
};

/* Trains from the tables given, [state x price] of each firm, and leaves them as they are then. Returns
   the number of periods. streams[0] is the environment's, streams[1 + i] firm i's. */
long reference_pricing(
    const struct reference_pricing_task *task, const struct reference_taus2 *streams,
    double *const values[2]);

/* What a session of the independent program in calvano.c came to. */
struct calvano_session {
  double gain;    /* profit gain, mean of both firms over the final cycle */
  double price;   /* mean price there */
  long periods;
  long cycle;     /* its length */
  _Bool converged;
};

/* One session of the baseline duopoly, stopped after 100,000 periods without a change or at `limit`. */
struct calvano_session calvano_play(unsigned long seed, double alpha, double beta, long limit);

/* The frozen problem of a mean-field game; all arrays are the caller's and read only. */
struct reference_frozen {
  long states;
  double discount;
  const long *row_offsets;        /* [state + 1], first row of each: a row is a state and an action */
  const double *payoffs;          /* [row] */
  const long *transition_offsets; /* [row + 1] */
  const int *next_states;         /* [transition] */
  const double *probabilities;    /* [transition] */
};

/* Q-learning at the frozen problem: uniform exploration, episodes beginning at uniform states, steps
   n^-exponent in updates of the pair. Writes `values` and `visits`, one entry per row. Returns 0, or -1
   out of memory. */
int reference_frozen_q_learning(
    const struct reference_frozen *game, long updates, long episode, double exponent,
    struct reference_taus2 start, double *values, long *visits);

/* A mean-field game of one scalar: write() puts payoffs and probabilities at m into the arrays of `game`. */
struct reference_mean_field_task {
  const struct reference_frozen *game;
  const double *interaction; /* [row] */
  double low, high;          /* the bracket */
  double survival;           /* of agents, 1 where the population stays */
  long entry;                /* where new agents begin */
  void (*write)(void *context, double m);
  void *context;
};

/* m by bisection to 1e-12, policy iteration and dense elimination; NAN out of memory. */
double reference_mean_field(const struct reference_mean_field_task *task, long *evaluations);

/* Paths of a game under a stationary profile; nature draws in every period, and so do the players who
   mix at some state, in their order. A row is that of the first action of everyone's support plus what
   the choices of those who mix add. */
struct reference_paths {
  const struct reference_game *game;
  long paths;
  long periods;
  long paths_per_stream;   /* paths that a set of streams feeds */
  long mixing;             /* players who mix somewhere */
  const double *initial;   /* [state], partial sums of the first state's law; the last is 2 */
  const long *rows;        /* [state] */
  const long *law_offsets; /* [mixing player x state] */
  const double *laws;      /* partial sums over a support; the last of each is 2 */
  const long *law_rows;    /* what an action adds to the row */
};

/* What paths came to. */
struct reference_paths_result {
  long *counts;        /* [period x state], paths there; zero before */
  double means[8];     /* of each player's discounted payoff */
  double variances[8]; /* the same, divisor n - 1 */
};

/* Plays all paths. For every set of paths, `streams` has one of each mixing player, then nature's and that
   of first states. Returns 0, or -1 out of memory or with more than 8 players. */
int reference_play_paths(
    const struct reference_paths *task, const struct reference_taus2 *streams,
    struct reference_paths_result *result);

/* What a search over all equilibria of the leapfrogging duopoly found. */
struct reference_leapfrogging_result {
  unsigned long long count, distinct;
};

/* Every equilibrium of the duopoly with simultaneous moves, no shocks and one certain step of
   improvement; costs evenly from 0. Returns 0, or -1 for less than 2 or more than 8 levels. */
int reference_leapfrogging(
    int levels, double beta, double k0, double k1, double cost_max,
    struct reference_leapfrogging_result *result);

/* The flags that made these kernels. */
const char *reference_compiler(void);

#endif
