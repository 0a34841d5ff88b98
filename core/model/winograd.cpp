// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/winograd.h"

#include "core/model/lowprecision.h"

#include <ATen/Functions.h>

#include <array>
#include <vector>

namespace plumage::model {
namespace {

// Toom-Cook for 4 outputs of a correlation with r taps: y = A^T ((G w) * (B^T d)), * element by element, n = 3 + r products.
struct Tile {
    torch::Tensor a, g, bT;    // [n,4], [n,r], [n,n]; float64
};

Tile tile(const std::vector<double>& points, std::int64_t taps)    // n - 1 points, and infinity
{
    const auto n = static_cast<std::int64_t>(points.size()) + 1;
    const auto powers = [&](std::int64_t columns) {
        auto matrix = torch::zeros({n, columns}, torch::kDouble);
        const auto p = torch::tensor(points, torch::kDouble);
        for (std::int64_t j = 0; j < columns; ++j)
            matrix.narrow(0, 0, n - 1).select(1, j).copy_(p.pow(j));
        matrix[n - 1][columns - 1] = 1;
        return matrix;
    };
    return {powers(4), powers(taps), at::linalg_inv(powers(n)).t().contiguous()};
}

// In two dimensions, for each type of number; P phases of the input that add up (1, or 4 for stride 2).
struct Transforms {
    torch::Tensor input, weight, output;    // [P·n², side²], [P·n², kernel²], [n²,16]
    std::int64_t phases;
};

torch::Tensor bothAxes(const torch::Tensor& oneDimension)    // [P1,n,s] -> [P1²·n², s²]
{
    std::vector<torch::Tensor> all;
    for (const auto& rows : oneDimension.unbind(0))
        for (const auto& columns : oneDimension.unbind(0))
            all.push_back(at::kron(rows, columns));
    return at::cat(all);
}

// Points near 0 and 1 in size keep rounding errors small: 1e-6 relative where 0, ±1, ±2 give 3e-6 (256 channels, float32, measured).
Transforms forConv3()
{
    const Tile t = tile({0, 0.7, -0.7, 1.4, -1.4}, 3);
    return {bothAxes(t.bT.narrow(1, 1, 4).unsqueeze(0)), bothAxes(t.g.unsqueeze(0)), at::kron(t.a, t.a), 1};    // inputs 0 and 5 are padding
}

// Even inputs meet taps 1 and 3, odd ones taps 0 and 2: y[o] = e[o] w1 + e[o+1] w3 + q[o-1] w0 + q[o] w2; e[4] and q[-1] are padding.
Transforms forConv4Stride2()
{
    const Tile t = tile({0.4, -0.4, 1.4, -1.4}, 2);
    auto input = torch::zeros({2, 5, 8}, torch::kDouble), weight = torch::zeros({2, 5, 4}, torch::kDouble);
    for (std::int64_t j = 0; j < 4; ++j) {
        input[0].select(1, 2 * j).copy_(t.bT.select(1, j));
        input[1].select(1, 2 * j + 1).copy_(t.bT.select(1, j + 1));
    }
    for (std::int64_t j = 0; j < 2; ++j) {
        weight[0].select(1, 2 * j + 1).copy_(t.g.select(1, j));
        weight[1].select(1, 2 * j).copy_(t.g.select(1, j));
    }
    return {bothAxes(input), bothAxes(weight), at::kron(t.a, t.a), 4};
}

std::array<Transforms, 2> bothTypes(const Transforms& t)    // float, double
{
    const auto as = [&](torch::ScalarType type) { return Transforms{t.input.to(type), t.weight.to(type), t.output.to(type), t.phases}; };
    return {as(torch::kFloat), as(torch::kDouble)};
}

// The phases stand side by side in the inner dimension of the product, so that it adds them up.
torch::Tensor apply(const torch::Tensor& x, const torch::Tensor& weight, const Transforms& t)
{
    const std::int64_t n = x.size(0), c = x.size(1), k = weight.size(0), products = t.output.size(0);
    const auto along = [&](const torch::Tensor& both, std::int64_t rows) {    // [P·n²,rows·C] -> [n²,rows,P·C]
        return both.view({t.phases, products, rows, c}).permute({1, 2, 0, 3}).reshape({products, rows, t.phases * c});    // P = 1: no copy
    };
    const auto v = along(at::mm(t.input, x.reshape({n * c, -1}).t()), n);
    const auto u = along(at::mm(t.weight, weight.view({k * c, -1}).t()), k);
    const auto m = at::bmm(v, u.transpose(1, 2));    // [n²,N,K]
    return at::mm(m.view({products, n * k}).t(), t.output).view({n, k, 4, 4});
}

} // namespace

torch::Tensor tileConv3(const torch::Tensor& x, const torch::Tensor& weight)
{
    static const auto transforms = bothTypes(forConv3());
    const c10::impl::ExcludeDispatchKeyGuard exact(c10::DispatchKey::AutocastCPU);    // the transforms would lose too much in bfloat16
    return apply(fullPrecision(x), weight, transforms[x.scalar_type() == torch::kDouble]);
}

torch::Tensor tileConv4Stride2(const torch::Tensor& x, const torch::Tensor& weight)
{
    static const auto transforms = bothTypes(forConv4Stride2());
    const c10::impl::ExcludeDispatchKeyGuard exact(c10::DispatchKey::AutocastCPU);    // the transforms would lose too much in bfloat16
    return apply(fullPrecision(x), weight, transforms[x.scalar_type() == torch::kDouble]);
}

} // namespace plumage::model
