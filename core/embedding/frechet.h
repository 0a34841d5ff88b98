// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/embedding/points.h"

namespace plumage::embedding {

// Frechet distance of two sets of features, each taken as a Gaussian: |mu1 - mu2|^2 + tr S1 + tr S2 - 2 sum sqrt(lambda_i(S1^1/2 S2 S1^1/2)),
// covariances with n - 1, negative eigenvalues as 0, float64 throughout. METHOD.md section 9: never called FID; the features decide what it means.
// Throws Error: shapeMismatch (widths differ), emptyTable (fewer than two rows), diverged (not finite).
double frechetDistance(PointsView a, PointsView b);

} // namespace plumage::embedding
