// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace plumage::train {

// How an iteration is computed (issue of speed, METHOD.md sections 4 and 12): reference = the published formulation in float32; exact = the algebra of section 4 in
// float32 with LibTorch's operations; fast = all that training does.
enum class Formulation { reference, exact, fast };
std::string_view formulationName(Formulation formulation);
Formulation formulationOf(std::string_view name);    // throws Error optionInvalid

struct BenchmarkOptions {
    TrainOptions train;                    // sizes, weights of the losses, batch; kinds and over give K
    std::string device = "auto";
    std::vector<Formulation> formulations{Formulation::reference, Formulation::exact, Formulation::fast};
    int rounds = 5;                        // of each, in turn, so that a busy moment meets all
    int iterations = 4;                    // a round
};

struct Timing { double median = 0, low = 0, high = 0; };    // of the rounds
struct FormulationResult {
    Formulation formulation;
    Timing imagesPerSecond{}, dMs{}, gMs{};      // ms: one D step, one G step, with Adam
    std::int64_t peakBytes = 0;            // of tensors on the device, beyond weights and moments
    std::int64_t launches = 0;             // operations of LibTorch called by one iteration
    bool bfloat16 = false;
};
struct BenchmarkResult {
    std::string device;
    int threads = 0;
    std::vector<FormulationResult> formulations;
};

// Random photos that lie on the device. Blocks; calls `round` after each round. Throws Error deviceMissing, outOfMemory, optionOutOfRange.
BenchmarkResult benchmark(const BenchmarkOptions& options, const std::function<void(int done, int total)>& round = {});

} // namespace plumage::train
