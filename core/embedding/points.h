// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace plumage::embedding {

// Rows of `width` numbers, row-major, not owned.
struct PointsView {
    std::span<const float> values;    // [rows, width]
    std::size_t width = 1;

    std::size_t rows() const { return values.size() / width; }
    std::span<const float> row(std::size_t index) const { return values.subspan(index * width, width); }
};

struct Points {
    std::vector<float> values;    // [rows, width]
    std::size_t width = 1;

    operator PointsView() const { return {values, width}; }
};

// Throws Error: shapeMismatch (length is no multiple of width), diverged (a value is not finite; detail: the row).
inline void checkPoints(PointsView points)
{
    if (points.width == 0 || points.values.size() % points.width != 0)
        throw Error(ErrorCode::shapeMismatch, "points");
    for (std::size_t i = 0; i < points.values.size(); ++i)
        if (!std::isfinite(points.values[i]))
            throw Error(ErrorCode::diverged, "embedding row " + std::to_string(i / points.width));
}

} // namespace plumage::embedding
