// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace plumage::train {

// The processes that train one run together, one a device (METHOD.md section 7, many GPUs). Everything in which they must agree goes through here: who they are,
// gradients, and whether numbers are still finite. Only rank 0 writes. This one is alone; others override it. Every function belongs to the training thread; average() may
// wait for the others.
class Team {
public:
    Team() = default;
    virtual ~Team() = default;
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    virtual int rank() const { return 0; }
    virtual int size() const { return 1; }
    // Each tensor becomes its mean over all ranks, in place; called with the same shapes in the same order by all.
    virtual void average(std::vector<at::Tensor>&) { }
    bool writes() const { return rank() == 0; }
};

} // namespace plumage::train
