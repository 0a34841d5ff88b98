// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"

#include <ATen/core/Tensor.h>

namespace plumage::train {

// Whether convolutions are to run in bfloat16 (METHOD.md section 11): as the options say; automatic: on CUDA, and on a processor where a trial of at most a second or
// two says that it is faster. A run that shall be repeatable is never left to a trial.
bool useLowPrecision(const TrainOptions& options, at::Device device);

} // namespace plumage::train
