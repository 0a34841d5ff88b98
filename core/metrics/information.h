// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/contingency.h"

namespace plumage::metrics {

// Scores from entropies and pair counts. Sources: METHOD.md section 9; Vinh, Epps, Bailey, JMLR 11 (2010); Hubert, Arabie (1985).
// Natural log unless log2 is written. All throw as checkTable(); no state, any thread; O(Y K) unless said otherwise.

// Adjusted mutual information, arithmetic mean: (I - E[I]) / ((H_rows + H_columns)/2 - E[I]), E over tables with the same sums (exact).
// 1 = equal partitions, 0 = chance; may be slightly negative. 1 if both sides are constant. O(Y K mean count).
double adjustedMutualInformation(const Contingency& table);
// Adjusted Rand index from pairs of photos; 1 = equal, 0 = chance.
double adjustedRandIndex(const Contingency& table);

// NMI, arithmetic: 2 I / (H_rows + H_columns); in [0, 1]; 1 if both sides are constant. Rises with K by chance: AMI and ARI come first.
double nmiArithmetic(const Contingency& table);
// NMI as the reference counts it: log2, 1e-6 inside every log and added to p_i p_j, divided by the larger entropy. A perfect result with
// over = 2 scores about 0.72.
double nmiReference(const Contingency& table);

double homogeneity(const Contingency& table);     // I / H_rows; 1 if there is only one class
double completeness(const Contingency& table);    // I / H_columns; 1 if there is only one cluster
double vMeasure(const Contingency& table);        // harmonic mean of both; 0 if both are 0

} // namespace plumage::metrics
