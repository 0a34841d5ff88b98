// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/model/safetensors.h"

#include <QString>

#include <string>

// The golden vectors of the reference in tests/data/golden with the tolerances of its golden.json (METHOD.md section 14).
namespace plumage::golden {

enum class Precision { f64, f32 };

torch::ScalarType scalarType(Precision precision);
void convert(torch::nn::Module& network, Precision precision);    // parameters and floating buffers

const Json& description();      // golden.json
Json structure();               // structure_k400.json

class File {
public:
    explicit File(const std::string& name);    // "inputs" for inputs.safetensors

    const model::TensorMap& tensors() const { return m_tensors; }
    bool has(const std::string& name) const { return m_tensors.contains(name); }
    torch::Tensor at(const std::string& name, Precision precision) const;    // floats converted, integers as they are
    // All tensors whose names begin with `prefix`, without it.
    model::TensorMap part(const std::string& prefix, Precision precision) const;
    // Empty, or what differs: |got - stored| <= atol + rtol·|stored| everywhere; in f32 also the relative L2 norm, and the rule for Adam's first step.
    QString difference(const std::string& name, const torch::Tensor& got, Precision precision) const;

private:
    model::TensorMap m_tensors;
    const Json& m_entries;
};

// A loss of golden.json: empty, or what differs.
QString lossDifference(const std::string& caseName, const std::string& term, double got, Precision precision);

} // namespace plumage::golden
