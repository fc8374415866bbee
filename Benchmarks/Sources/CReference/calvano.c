/* Sessions of Q-learners in the duopoly of Calvano, Calzolari, Denicolo and Pastorello (2020, American
   Economic Review 110(10)), from the paper's description alone.

   Shares nothing with the laboratory, neither code nor tables nor random numbers: prices are found by
   iterating first-order conditions, the generator is xoshiro256++ (Blackman and Vigna 2019) seeded by
   splitmix64, and the greedy price is looked for anew whenever it is wanted. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "reference.h"

enum { M = 15, S = M * M };

struct generator {
  uint64_t s[4];
};

static uint64_t rotated(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static uint64_t word(struct generator *g) {
  const uint64_t result = rotated(g->s[0] + g->s[3], 23) + g->s[0], t = g->s[1] << 17;
  g->s[2] ^= g->s[0];
  g->s[3] ^= g->s[1];
  g->s[1] ^= g->s[2];
  g->s[0] ^= g->s[3];
  g->s[2] ^= t;
  g->s[3] = rotated(g->s[3], 45);
  return result;
}

static double uniform(struct generator *g) { return (double)(word(g) >> 11) * 0x1p-53; }

static struct generator seeded(uint64_t seed) {
  struct generator g;
  for (int k = 0; k < 4; k++) {
    uint64_t z = seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    g.s[k] = z ^ (z >> 31);
  }
  return g;
}

/* quality 2, cost 1, outside good 0, mu 1/4 */
static double share(double own, double rival) {
  const double a = exp((2 - own) / 0.25), b = exp((2 - rival) / 0.25);
  return a / (a + b + 1);
}

static double profit(double own, double rival) { return (own - 1) * share(own, rival); }

static int argmax(const double *row) {
  int at = 0;
  for (int k = 1; k < M; k++)
    if (row[k] > row[at]) at = k;
  return at;
}

struct calvano_session calvano_play(unsigned long seed, double alpha, double beta, long limit) {
  static const double delta = 0.95, xi = 0.1;
  static const long patience = 100000;
  struct generator g = seeded(seed);
  struct calvano_session out;
  /* Own margin times (1 - share) is mu for a competitor, with the rival's share too for a monopolist:
     damped, both iterations contract. */
  double nash = 1.5, monopoly = 1.9;
  for (int k = 0; k < 2000; k++) {
    nash = 0.5 * nash + 0.5 * (1 + 0.25 / (1 - share(nash, nash)));
    monopoly = 0.8 * monopoly + 0.2 * (1 + 0.25 / (1 - 2 * share(monopoly, monopoly)));
  }
  double price[M];
  const double low = nash - xi * (monopoly - nash), high = monopoly + xi * (monopoly - nash);
  for (int k = 0; k < M; k++) price[k] = low + (high - low) * k / (M - 1);

  double q[2][S][M];
  for (int i = 0; i < 2; i++)
    for (int s = 0; s < S; s++)
      for (int k = 0; k < M; k++) {
        double sum = 0;
        for (int l = 0; l < M; l++) sum += profit(price[k], price[l]);
        q[i][s][k] = sum / M / (1 - delta);
      }

  int state = (int)(uniform(&g) * S);
  long t = 0, calm = 0;
  for (; t < limit && calm < patience; t++) {
    const double epsilon = exp(-beta * (double)t);
    int a[2];
    for (int i = 0; i < 2; i++)
      a[i] = uniform(&g) < epsilon ? (int)(uniform(&g) * M) : argmax(q[i][state]);
    const int next = M * a[0] + a[1];
    calm++;
    for (int i = 0; i < 2; i++) {
      double *row = q[i][state];
      const int before = argmax(row);
      const double reward = profit(price[a[i]], price[a[1 - i]]);
      row[a[i]] = (1 - alpha) * row[a[i]] + alpha * (reward + delta * q[i][next][argmax(q[i][next])]);
      if (argmax(row) != before) calm = 0;
    }
    state = next;
  }
  out.periods = t;
  out.converged = calm >= patience;

  /* S moves lead onto the cycle; its profits are averaged over whole rounds. */
  int start = state, length = 0;
  for (int k = 0; k < S; k++) start = M * argmax(q[0][start]) + argmax(q[1][start]);
  double sum = 0, prices = 0;
  state = start;
  do {
    const int x = argmax(q[0][state]), y = argmax(q[1][state]);
    sum += profit(price[x], price[y]) + profit(price[y], price[x]);
    prices += price[x] + price[y];
    state = M * x + y;
    length++;
  } while (state != start);
  const double low_profit = profit(nash, nash), high_profit = profit(monopoly, monopoly);
  out.cycle = length;
  out.price = prices / (2 * length);
  out.gain = (sum / (2 * length) - low_profit) / (high_profit - low_profit);
  return out;
}
