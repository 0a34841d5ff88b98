// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

namespace plumage {

// Random numbers that are the same on every machine and standard library (the distributions of <random> are not).
// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014); the whole state is one number, so that a checkpoint can carry it.
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) { }
    // An independent stream for one purpose: streams of one seed never share numbers in practice.
    Random(std::uint64_t seed, std::uint64_t stream) : m_state(mix(seed ^ mix(stream + 0x9e3779b97f4a7c15u))) { }

    std::uint64_t next() { return mix(m_state += 0x9e3779b97f4a7c15u); }
    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }                    // [0, 1)
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    std::uint64_t below(std::uint64_t bound) { return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64); }    // [0, bound)
    double normal()                                                                             // N(0, 1), Box-Muller
    {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return radius * std::cos(2.0 * std::numbers::pi * uniform());
    }
    template<class Container>
    void shuffle(Container& values)
    {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[below(i)]);
    }

    std::uint64_t state() const { return m_state; }
    void setState(std::uint64_t state) { m_state = state; }

private:
    __extension__ using Wide = unsigned __int128;

    static constexpr std::uint64_t mix(std::uint64_t z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::uint64_t m_state;
};

} // namespace plumage
