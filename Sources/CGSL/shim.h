/* The only door to the GNU Scientific Library. Swift 6 refuses C's mutable globals, so each
   generator type is reached through an inline function. */
#ifndef CGSL_SHIM_H
#define CGSL_SHIM_H

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_histogram.h>
#include <gsl/gsl_linalg.h>
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

#endif
