// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/information.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plumage::metrics {
namespace {

double asDouble(std::int64_t value) { return static_cast<double>(value); }

double entropy(const std::vector<std::int64_t>& sums, double total)
{
    double sum = 0;
    for (const std::int64_t count : sums)
        if (count > 0)
            sum -= asDouble(count) / total * std::log(asDouble(count) / total);
    return sum;
}

// Everything that the scores share, in nats.
struct Information {
    explicit Information(const Contingency& table)
    {
        checkTable(table);
        rows = table.rowSums();
        columns = table.columnSums();
        total = asDouble(table.total());
        rowEntropy = entropy(rows, total);
        columnEntropy = entropy(columns, total);
        for (int y = 0; y < table.classes; ++y)
            for (int k = 0; k < table.clusters; ++k)
                if (const double n = asDouble(table.at(y, k)); n > 0)
                    mutual += n / total * std::log(n * total / (asDouble(rows[static_cast<std::size_t>(y)]) * asDouble(columns[static_cast<std::size_t>(k)])));
        mutual = std::max(0.0, mutual);
    }
    bool bothConstant() const { return used(rows) == 1 && used(columns) == 1; }

    std::vector<std::int64_t> rows, columns;
    double total = 0, rowEntropy = 0, columnEntropy = 0, mutual = 0;

private:
    static std::ptrdiff_t used(const std::vector<std::int64_t>& sums)
    {
        return std::count_if(sums.begin(), sums.end(), [](std::int64_t n) { return n > 0; });
    }
};

// E[I] over all tables with these sums: the count of a cell is hypergeometric (Vinh et al., equation 24a).
double expectedMutualInformation(const Information& info)
{
    const auto total = static_cast<std::int64_t>(info.total);
    std::vector<double> logFactorial(static_cast<std::size_t>(total) + 1, 0.0);
    for (std::size_t i = 1; i < logFactorial.size(); ++i)
        logFactorial[i] = logFactorial[i - 1] + std::log(static_cast<double>(i));
    const auto factorial = [&](std::int64_t n) { return logFactorial[static_cast<std::size_t>(n)]; };
    double expected = 0;
    for (const std::int64_t a : info.rows) {
        for (const std::int64_t b : info.columns) {
            const double fixed = factorial(a) + factorial(b) + factorial(total - a) + factorial(total - b) - factorial(total);
            const double logSums = a > 0 && b > 0 ? std::log(asDouble(a)) + std::log(asDouble(b)) - std::log(info.total) : 0;
            for (std::int64_t n = std::max<std::int64_t>(1, a + b - total); n <= std::min(a, b); ++n) {
                const double logProbability = fixed - factorial(n) - factorial(a - n) - factorial(b - n) - factorial(total - a - b + n);
                expected += asDouble(n) / info.total * (std::log(asDouble(n)) - logSums) * std::exp(logProbability);
            }
        }
    }
    return expected;
}

double pairs(std::int64_t n) { return asDouble(n) * asDouble(n - 1) / 2; }

double pairsOf(const std::vector<std::int64_t>& counts)
{
    double sum = 0;
    for (const std::int64_t n : counts)
        sum += pairs(n);
    return sum;
}

} // namespace

double adjustedMutualInformation(const Contingency& table)
{
    const Information info(table);
    if (info.bothConstant())
        return 1;
    const double expected = expectedMutualInformation(info);
    const double room = (info.rowEntropy + info.columnEntropy) / 2 - expected;
    const double least = std::numeric_limits<double>::epsilon();    // keeps the sign; 0 / 0 where nothing can be learnt
    return (info.mutual - expected) / (room < 0 ? std::min(room, -least) : std::max(room, least));
}

double adjustedRandIndex(const Contingency& table)
{
    const Information info(table);
    const double together = pairsOf(table.counts), rows = pairsOf(info.rows), columns = pairsOf(info.columns);
    const double all = pairs(static_cast<std::int64_t>(info.total));
    const double expected = all > 0 ? rows * columns / all : 0;
    const double most = (rows + columns) / 2;
    return most == expected ? 1 : (together - expected) / (most - expected);
}

double nmiArithmetic(const Contingency& table)
{
    const Information info(table);
    return info.bothConstant() ? 1 : 2 * info.mutual / (info.rowEntropy + info.columnEntropy);
}

double nmiReference(const Contingency& table)
{
    constexpr double tiny = 1e-6;
    const Information info(table);
    const auto share = [&](std::int64_t n) { return asDouble(n) / info.total; };
    const auto tinyEntropy = [&](const std::vector<std::int64_t>& sums) {
        double sum = 0;
        for (const std::int64_t n : sums)
            sum -= share(n) * std::log2(share(n) + tiny);
        return sum;
    };
    double mutual = 0;
    for (int y = 0; y < table.classes; ++y)
        for (int k = 0; k < table.clusters; ++k) {
            const double p = share(table.at(y, k));
            const double independent = share(info.rows[static_cast<std::size_t>(y)]) * share(info.columns[static_cast<std::size_t>(k)]);
            mutual += p * std::log2(p / (independent + tiny) + tiny);
        }
    const double larger = std::max(tinyEntropy(info.rows), tinyEntropy(info.columns));
    return std::abs(larger) < 1e-5 ? 0 : mutual / larger;    // one class and one cluster: both are -1.4e-6, their quotient means nothing
}

double homogeneity(const Contingency& table)
{
    const Information info(table);
    return info.rowEntropy > 0 ? info.mutual / info.rowEntropy : 1;
}

double completeness(const Contingency& table)
{
    const Information info(table);
    return info.columnEntropy > 0 ? info.mutual / info.columnEntropy : 1;
}

double vMeasure(const Contingency& table)
{
    const double h = homogeneity(table), c = completeness(table);
    return h + c > 0 ? 2 * h * c / (h + c) : 0;
}

} // namespace plumage::metrics
