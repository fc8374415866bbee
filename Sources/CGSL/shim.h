/* The only door to the GNU Scientific Library. Swift 6 refuses C's mutable globals, so each
   generator type is reached through an inline function. */
#ifndef CGSL_SHIM_H
#define CGSL_SHIM_H

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_histogram.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_rstat.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <gsl/gsl_version.h>

/* The version of the library that is linked, which may be newer than these headers. */
static inline const char *cgsl_version(void) { return gsl_version; }

static inline const gsl_rng_type *cgsl_rng_taus2(void) { return gsl_rng_taus2; }
static inline const gsl_rng_type *cgsl_rng_mt19937(void) { return gsl_rng_mt19937; }
static inline const gsl_rng_type *cgsl_rng_gfsr4(void) { return gsl_rng_gfsr4; }
static inline const gsl_rng_type *cgsl_rng_ranlxd2(void) { return gsl_rng_ranlxd2; }
static inline const gsl_rng_type *cgsl_rng_cmrg(void) { return gsl_rng_cmrg; }
static inline const gsl_rng_type *cgsl_rng_mrg(void) { return gsl_rng_mrg; }

static inline const gsl_qrng_type *cgsl_qrng_sobol(void) { return gsl_qrng_sobol; }

/* The state of gsl_qrng_sobol, which GSL does not publish: how many points were given, 2^-30, the
   last point's numerators, and the direction numbers of every bit. */
typedef struct {
  unsigned int count;
  double scale;
  int numerators[40];
  int directions[30][40];
} cgsl_sobol_state;

/* Puts a fresh gsl_qrng_sobol where it is after `count` points: the numerators are the exclusive or
   of the direction numbers that the bits of count's Gray code select (Antonov & Saleev 1979).
   Changes nothing and returns 0 if the state is not the one above. */
static inline int cgsl_sobol_seek(gsl_qrng *sequence, unsigned int count) {
  if (gsl_qrng_size(sequence) != sizeof(cgsl_sobol_state)) return 0;
  cgsl_sobol_state *state = (cgsl_sobol_state *)gsl_qrng_state(sequence);
  if (state->scale * 1073741824.0 != 1.0) return 0;
  unsigned int gray = count ^ (count >> 1);
  for (unsigned int i = 0; i < sequence->dimension; i++) {
    int numerator = 0;
    for (int bit = 0; bit < 30; bit++)
      if (gray >> bit & 1) numerator ^= state->directions[bit][i];
    state->numerators[i] = numerator;
  }
  state->count = count;
  return 1;
}

#endif
