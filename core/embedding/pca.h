// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/embedding/points.h"

namespace plumage::embedding {

// Principal components of a set of points: distances of the layout are taken among the few directions that vary most.
class Pca {
public:
    // At most `components`, fewer if the points have less width or rows. Beyond 5,000 points an even sample of that size decides the directions.
    // Throws as checkPoints(), and emptyTable for no points.
    Pca(PointsView points, std::size_t components);
    std::size_t components() const { return m_components; }
    // [rows, components], strongest first. Throws Error shapeMismatch for another width.
    Points project(PointsView points) const;

private:
    std::size_t m_width, m_components;
    std::vector<float> m_mean;     // [width]
    std::vector<float> m_basis;    // [width, components], orthonormal columns
};

} // namespace plumage::embedding
