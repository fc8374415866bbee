/* Recursive lexicographical search on the leapfrogging duopoly in plain C, as one would write it from
   the paper (Iskhakov, Rust and Schjerning 2016): simultaneous moves, no shocks, one certain step of
   improvement. After a digit is raised, every later stage game is solved again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

enum { MAX_LEVELS = 8, MAX_POINTS = MAX_LEVELS * (MAX_LEVELS + 1) * (2 * MAX_LEVELS + 1) / 6 };

struct point {
  int i, j, l, here, row, column, pivot; /* indices of what it reads one layer below */
};

struct game {
  int levels, points;
  double beta, cost[MAX_LEVELS], outlay[MAX_LEVELS];
  struct point point[MAX_POINTS];
  int index[MAX_LEVELS][MAX_LEVELS][MAX_LEVELS];
  int digit[MAX_POINTS], base[MAX_POINTS];
  double value[MAX_POINTS][2], equilibria[MAX_POINTS][5][2];
};

static void add_point(struct game *g, int i, int j, int l) {
  struct point *p = &g->point[g->points];
  p->i = i, p->j = j, p->l = l;
  g->index[l][i][j] = g->points++;
  if (l > 0) {
    p->here = g->index[l - 1][i][j];
    p->row = g->index[l - 1][i][l];
    p->column = g->index[l - 1][l][j];
    p->pivot = g->index[l - 1][l][l];
  }
}

/* The root of c0 + c1 x + c2 x^2 in (0, 1), of which there is one. */
static double root(double c0, double c1, double c2) {
  const double d = sqrt(c1 * c1 - 4 * c2 * c0);
  const double q = -0.5 * (c1 + (c1 < 0 ? -d : d));
  const double x = q / c2;
  return x > 0 && x < 1 ? x : c0 / q;
}

static int solve(const struct game *g, const struct point *p, double out[5][2]) {
  const double beta = g->beta, outlay = g->outlay[p->l];
  const double gap = g->cost[p->j] - g->cost[p->i];
  const double r1 = gap > 0 ? gap : 0, r2 = gap < 0 ? -gap : 0;
  if (p->l == 0) {
    if (p->i == 0 || p->j == 0) {
      out[0][0] = r1 / (1 - beta);
      out[0][1] = r2 / (1 - beta);
      return 1;
    }
    const double low = g->cost[p->i] < g->cost[p->j] ? g->cost[p->i] : g->cost[p->j];
    if (!(outlay < beta * low / (1 - beta))) {
      out[0][0] = r1 / (1 - beta);
      out[0][1] = r2 / (1 - beta);
      return 1;
    }
    const double q1 = r1 - outlay + beta * g->cost[p->j] / (1 - beta);
    const double q2 = r2 - outlay + beta * g->cost[p->i] / (1 - beta);
    const double s1 = -beta * g->cost[p->j] / (1 - beta), s2 = -beta * g->cost[p->i] / (1 - beta);
    const double p2 = root((1 - beta) * q1 - r1, (1 - beta) * s1 + beta * q1, beta * s1);
    const double p1 = root((1 - beta) * q2 - r2, (1 - beta) * s2 + beta * q2, beta * s2);
    out[0][0] = r1, out[0][1] = q2;
    out[1][0] = q1 + s1 * p2, out[1][1] = q2 + s2 * p1;
    out[2][0] = q1, out[2][1] = r2;
    return 3;
  }
  const double *here = g->value[p->here], *row = g->value[p->row];
  const double *column = g->value[p->column], *pivot = g->value[p->pivot];
  if (p->i == p->l && p->j == p->l) {
    out[0][0] = beta * here[0];
    out[0][1] = beta * here[1];
    return 1;
  }
  if (p->i == p->l || p->j == p->l) {
    const int behind = p->i > p->l ? 0 : 1, ahead = 1 - behind;
    const double invest = beta * pivot[behind] - outlay, wait = beta * here[behind];
    const int in = invest > wait;
    out[0][behind] = in ? invest : wait;
    out[0][ahead] = (ahead == 0 ? r1 : r2) + beta * (in ? pivot[ahead] : here[ahead]);
    return 1;
  }
  const double w0 = r1 + beta * here[0], w1 = r1 + beta * row[0];
  const double i0 = r1 - outlay + beta * column[0], i1 = r1 - outlay + beta * pivot[0];
  const double x0 = r2 + beta * here[1], x1 = r2 + beta * column[1];
  const double y0 = r2 - outlay + beta * row[1], y1 = r2 - outlay + beta * pivot[1];
  const double f0 = i0 - w0, f1 = i1 - w1, s0 = y0 - x0, s1 = y1 - x1;
  int n = 0;
  if (f0 <= 0 && s0 <= 0) out[n][0] = w0, out[n++][1] = x0;
  if (f1 <= 0 && s0 > 0) out[n][0] = w1, out[n++][1] = y0;
  if ((f0 > 0) != (f1 > 0) && (s0 > 0) != (s1 > 0)) {
    out[n][0] = i0 + (i1 - i0) * (f0 / (f0 - f1));
    out[n++][1] = y0 + (y1 - y0) * (s0 / (s0 - s1));
  }
  if (f0 > 0 && s1 <= 0) out[n][0] = i0, out[n++][1] = x1;
  if (f1 > 0 && s1 > 0) out[n][0] = i1, out[n++][1] = y1;
  return n;
}

static void recurse(struct game *g, int from) {
  for (int k = from; k < g->points; k++) {
    g->base[k] = solve(g, &g->point[k], g->equilibria[k]);
    g->digit[k] = 0;
    memcpy(g->value[k], g->equilibria[k][0], sizeof g->value[k]);
  }
}

/* Payoff pairs by rounded value: open addressing on a power of two. */
struct pair {
  long long first, second;
  unsigned long long count;
};
struct pairs {
  struct pair *slot;
  unsigned long long mask, used;
};

static void add_pair(struct pairs *s, double a, double b, unsigned long long times);

static void insert(struct pairs *s, long long first, long long second, unsigned long long times) {
  unsigned long long h = (unsigned long long)first * 0x9E3779B97F4A7C15ull;
  h = (h ^ (h >> 32)) + (unsigned long long)second;
  h *= 0xD6E8FEB86659FD93ull;
  h ^= h >> 32;
  for (h &= s->mask; s->slot[h].count; h = (h + 1) & s->mask)
    if (s->slot[h].first == first && s->slot[h].second == second) {
      s->slot[h].count += times;
      return;
    }
  s->slot[h] = (struct pair){first, second, times};
  if (++s->used * 2 <= s->mask) return;
  struct pairs larger = {calloc(2 * (s->mask + 1), sizeof *s->slot), 2 * s->mask + 1, 0};
  for (unsigned long long k = 0; k <= s->mask; k++)
    if (s->slot[k].count) insert(&larger, s->slot[k].first, s->slot[k].second, s->slot[k].count);
  free(s->slot);
  *s = larger;
}

static void add_pair(struct pairs *s, double a, double b, unsigned long long times) {
  insert(s, llround(a * 1e7), llround(b * 1e7), times);
}

int reference_leapfrogging(
    int levels, double beta, double k0, double k1, double cost_max,
    struct reference_leapfrogging_result *result) {
  if (levels < 2 || levels > MAX_LEVELS) return -1;
  struct game *g = calloc(1, sizeof *g);
  struct pairs pairs = {calloc(1024, sizeof(struct pair)), 1023, 0};
  g->levels = levels;
  g->beta = beta;
  for (int i = 0; i < levels; i++) {
    g->cost[i] = cost_max * i / (levels - 1);
    g->outlay[i] = k0 / (1 + k1 * g->cost[i]);
  }
  for (int l = 0; l < levels; l++) {
    add_point(g, l, l, l);
    for (int j = levels - 1; j > l; j--) add_point(g, l, j, l);
    for (int i = levels - 1; i > l; i--) add_point(g, i, l, l);
    for (int i = levels - 1; i > l; i--)
      for (int j = levels - 1; j > l; j--) add_point(g, i, j, l);
  }
  const int apex = g->points - 1;
  recurse(g, 0);
  for (;;) {
    result->count++;
    add_pair(&pairs, g->value[apex][0], g->value[apex][1], 1);
    int k = apex;
    while (k >= 0 && g->digit[k] + 1 >= g->base[k]) k--;
    if (k < 0) break;
    g->digit[k]++;
    memcpy(g->value[k], g->equilibria[k][g->digit[k]], sizeof g->value[k]);
    /* Points of one stage do not read each other, but solving them again is simplest. */
    recurse(g, k + 1);
  }
  result->distinct = pairs.used;
  free(pairs.slot);
  free(g);
  return 0;
}
