// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/review/validate.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace plumage::review {

Validation Validation::of(const std::vector<PhotoId>& ranked, std::uint64_t seed)
{
    Validation result;
    const std::size_t odd = std::min(oddCount, ranked.size());
    result.odd.assign(ranked.rbegin(), ranked.rbegin() + static_cast<std::ptrdiff_t>(odd));
    std::vector<PhotoId> rest(ranked.begin(), ranked.end() - static_cast<std::ptrdiff_t>(odd));
    Random random(seed);
    random.shuffle(rest);
    rest.resize(std::min(randomCount, rest.size()));
    result.random = std::move(rest);
    return result;
}

std::string Checks::text() const
{
    return std::to_string(right) + "/" + std::to_string(all);
}

Checks Checks::of(const std::string& text)
{
    long long right = 0, all = 0;
    const bool isText = std::sscanf(text.c_str(), "%lld/%lld", &right, &all) == 2 && right >= 0 && right <= all;
    return isText ? Checks{right, all} : Checks{};
}

double trust(std::int64_t right, std::int64_t checked)
{
    if (checked <= 0)
        return 0;
    constexpr double z = 1.959964;    // 95 %, two-sided
    const auto n = static_cast<double>(checked);
    const double p = static_cast<double>(right) / n;
    return std::max(0.0, (p + z * z / (2 * n) - z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n));
}

} // namespace plumage::review
