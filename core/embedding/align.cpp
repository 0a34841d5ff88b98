// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embedding/align.h"

#include <cmath>
#include <complex>

namespace plumage::embedding {
namespace {

using Complex = std::complex<double>;    // a position of the plane

Complex at(std::span<const float> positions, std::size_t row) { return {positions[2 * row], positions[2 * row + 1]}; }

Complex mean(std::span<const float> positions, std::size_t rows)
{
    Complex sum = 0;
    for (std::size_t i = 0; i < rows; ++i)
        sum += at(positions, i);
    return rows ? sum / static_cast<double>(rows) : sum;
}

} // namespace

void alignTo(std::span<const float> reference, std::span<float> positions)
{
    const std::size_t common = std::min(reference.size(), positions.size()) / 2;
    const Complex wanted = mean(reference, common), centre = mean(positions, common ? common : positions.size() / 2);
    Complex product = 0;    // its angle is the best turn
    for (std::size_t i = 0; i < common; ++i)
        product += std::conj(at(positions, i) - centre) * (at(reference, i) - wanted);
    const Complex turn = std::abs(product) > 0 ? product / std::abs(product) : 1;
    for (std::size_t i = 0; i < positions.size() / 2; ++i) {
        const Complex moved = turn * (at(positions, i) - centre) + wanted;
        positions[2 * i] = static_cast<float>(moved.real());
        positions[2 * i + 1] = static_cast<float>(moved.imag());
    }
}

} // namespace plumage::embedding
