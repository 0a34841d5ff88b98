// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace plumage::worker {

// `bench`, in the bare build too; so nothing but core/base and core/train here.
struct BenchArguments {
    std::string device = "auto", width = "reference";    // width: reference, or small (those of preset demo)
    int size = 128, batch = 64, clusters = 400;
    std::vector<std::string> formulations;               // empty: all three
    int iterations = 4, rounds = 5, threads = 0;
    bool json = false, table = false;                    // table: other K, sizes, batches and numbers of photos, too
    std::string lowPrecision = "auto";
};

// Prints the figures on stdout, progress on stderr. Throws Error optionInvalid, optionOutOfRange and what train::benchmark() throws.
void benchCommand(const BenchArguments& arguments);

} // namespace plumage::worker
