// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embedding/pca.h"

#include <Eigen/Dense>

#include <algorithm>

namespace plumage::embedding {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixMap = Eigen::Map<const Matrix>;

constexpr std::size_t sampleRows = 5000;

MatrixMap mapped(PointsView points)
{
    return {points.values.data(), static_cast<Eigen::Index>(points.rows()), static_cast<Eigen::Index>(points.width)};
}

} // namespace

Pca::Pca(PointsView points, std::size_t components) : m_width(points.width), m_components(0)
{
    checkPoints(points);
    if (points.rows() == 0)
        throw Error(ErrorCode::emptyTable, "points");
    m_components = std::min({components, points.width, points.rows()});
    const std::size_t rows = std::min(points.rows(), sampleRows);
    Matrix sample(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(m_width));
    for (std::size_t i = 0; i < rows; ++i)
        sample.row(static_cast<Eigen::Index>(i)) = mapped(points).row(static_cast<Eigen::Index>(i * points.rows() / rows));
    const Eigen::RowVectorXf mean = sample.colwise().mean();
    sample.rowwise() -= mean;
    const Eigen::MatrixXf covariance = sample.transpose() * sample / static_cast<float>(std::max<std::size_t>(1, rows - 1));
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXf> solver(covariance);    // ascending eigenvalues
    const Matrix basis = solver.eigenvectors().rowwise().reverse().leftCols(static_cast<Eigen::Index>(m_components));
    m_mean.assign(mean.data(), mean.data() + mean.size());
    m_basis.assign(basis.data(), basis.data() + basis.size());
}

Points Pca::project(PointsView points) const
{
    if (points.width != m_width)
        throw Error(ErrorCode::shapeMismatch, "points");
    Points projected{std::vector<float>(points.rows() * m_components), m_components};
    const Eigen::Map<const Eigen::RowVectorXf> mean(m_mean.data(), static_cast<Eigen::Index>(m_width));
    const MatrixMap basis(m_basis.data(), static_cast<Eigen::Index>(m_width), static_cast<Eigen::Index>(m_components));
    Eigen::Map<Matrix> out(projected.values.data(), static_cast<Eigen::Index>(points.rows()), static_cast<Eigen::Index>(m_components));
    const Eigen::RowVectorXf shift = mean * basis;
    out.noalias() = mapped(points) * basis;
    out.rowwise() -= shift;
    return projected;
}

} // namespace plumage::embedding
