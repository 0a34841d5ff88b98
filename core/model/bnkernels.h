// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

// Batch normalisation and the activation after it in one walk over the data, for the CPU: a channel of a batch stays in the second-level
// cache between the passes over it, which halves the time of a training step against separate operations.
namespace plumage::model {

enum class Activation { none, leaky, glu };    // after the normalisation; glu halves the channels

// x [V·N,C,P] contiguous, V parts with their own statistics; y [V·N,C,P], with glu [V·N,C/2,P].
template<class T>
struct BnForward {
    const T* x;
    const T* residual;               // as y, added after the activation; nullptr: none
    T* y;
    const T *weight, *bias;          // [C]
    T *mean, *inverseStd;            // [V,C], written: what the parts were normalised with
    T *movingMean, *movingVar;       // [C], moved once per part in order with `momentum[v]`, towards mean and unbiased variance
    const double* momentum;          // [V]
    std::int64_t parts, images, channels, pixels;    // V, N, C, P
    Activation activation;
    double epsilon, slope;
};

template<class T>
struct BnBackward {
    const T *x, *gradY;
    T* gradX;
    const T *weight, *bias, *mean, *inverseStd;
    T *gradWeight, *gradBias;        // [C], written
    std::int64_t parts, images, channels, pixels;
    Activation activation;
    double slope;
};

template<class T> void bnForward(const BnForward<T>& call);      // T: float, double
template<class T> void bnBackward(const BnBackward<T>& call);

} // namespace plumage::model
