/* The random number part of the GNU Scientific Library, for the reference kernels. */
#include <gsl/gsl_rng.h>
