// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embedding/frechet.h"

#include <Eigen/Dense>

namespace plumage::embedding {
namespace {

struct Gaussian {
    explicit Gaussian(PointsView points)
    {
        checkPoints(points);
        if (points.rows() < 2)
            throw Error(ErrorCode::emptyTable, "features");
        using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        Eigen::MatrixXd values = Eigen::Map<const Matrix>(points.values.data(), static_cast<Eigen::Index>(points.rows()),
                                                          static_cast<Eigen::Index>(points.width)).cast<double>();
        mean = values.colwise().mean();
        values.rowwise() -= mean;
        covariance = values.transpose() * values / static_cast<double>(points.rows() - 1);
    }
    Eigen::RowVectorXd mean;
    Eigen::MatrixXd covariance;
};

} // namespace

double frechetDistance(PointsView a, PointsView b)
{
    if (a.width != b.width)
        throw Error(ErrorCode::shapeMismatch, "features");
    const Gaussian first(a), second(b);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(first.covariance);
    const Eigen::VectorXd roots = solver.eigenvalues().cwiseMax(0.0).cwiseSqrt();
    const Eigen::MatrixXd root = solver.eigenvectors() * roots.asDiagonal() * solver.eigenvectors().transpose();
    const Eigen::MatrixXd product = root * second.covariance * root;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> mixed((product + product.transpose()) / 2, Eigen::EigenvaluesOnly);
    return (first.mean - second.mean).squaredNorm() + first.covariance.trace() + second.covariance.trace()
        - 2 * mixed.eigenvalues().cwiseMax(0.0).cwiseSqrt().sum();
}

} // namespace plumage::embedding
