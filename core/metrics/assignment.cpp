// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/assignment.h"

#include "core/base/error.h"

#include <algorithm>
#include <limits>

namespace plumage::metrics {
namespace {

constexpr std::int64_t infinite = std::numeric_limits<std::int64_t>::max() / 4;

// Minimal-cost assignment, rows added one at a time. Invariant: for all rows i and columns j, cost(i,j) - u[i] - v[j] >= 0, and 0 where assigned.
// Column `size` is virtual: the row being added starts from it.
class Solver {
public:
    Solver(std::span<const std::int64_t> gains, int size)
        : m_gains(gains), m_size(static_cast<std::size_t>(size)), m_rowPotential(m_size, 0), m_columnPotential(m_size + 1, 0),
          m_rowOf(m_size + 1, none), m_before(m_size + 1), m_slack(m_size + 1), m_done(m_size + 1)
    {
    }

    std::vector<int> solve()
    {
        for (std::size_t row = 0; row < m_size; ++row)
            flip(reachFreeColumn(row));
        std::vector<int> columnOf(m_size);
        for (std::size_t column = 0; column < m_size; ++column)
            columnOf[m_rowOf[column]] = static_cast<int>(column);
        return columnOf;
    }

private:
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    // Dijkstra over reduced costs from `row` to the nearest unassigned column; updates the potentials on the way.
    std::size_t reachFreeColumn(std::size_t row)
    {
        std::fill(m_slack.begin(), m_slack.end(), infinite);
        std::fill(m_done.begin(), m_done.end(), char{0});
        m_rowOf[m_size] = row;
        std::size_t column = m_size;
        while (m_rowOf[column] != none) {
            m_done[column] = 1;
            const std::size_t from = m_rowOf[column];
            const std::int64_t* gains = m_gains.data() + from * m_size;
            std::int64_t least = infinite;
            std::size_t next = none;
            for (std::size_t j = 0; j < m_size; ++j) {
                if (m_done[j])
                    continue;
                const std::int64_t reduced = -gains[j] - m_rowPotential[from] - m_columnPotential[j];
                if (reduced < m_slack[j]) {
                    m_slack[j] = reduced;
                    m_before[j] = column;
                }
                if (m_slack[j] < least) {
                    least = m_slack[j];
                    next = j;
                }
            }
            for (std::size_t j = 0; j <= m_size; ++j) {
                if (m_done[j]) {
                    m_rowPotential[m_rowOf[j]] += least;
                    m_columnPotential[j] -= least;
                } else {
                    m_slack[j] -= least;
                }
            }
            column = next;
        }
        return column;
    }

    void flip(std::size_t column)    // along the found path, back to the virtual column
    {
        while (column != m_size) {
            const std::size_t before = m_before[column];
            m_rowOf[column] = m_rowOf[before];
            column = before;
        }
        m_rowOf[m_size] = none;
    }

    std::span<const std::int64_t> m_gains;
    std::size_t m_size;
    std::vector<std::int64_t> m_rowPotential, m_columnPotential;
    std::vector<std::size_t> m_rowOf, m_before;    // row assigned to a column; column before it on the path
    std::vector<std::int64_t> m_slack;
    std::vector<char> m_done;
};

} // namespace

std::vector<int> assignMaximum(std::span<const std::int64_t> gains, int size)
{
    if (size < 0 || gains.size() != static_cast<std::size_t>(size) * static_cast<std::size_t>(size))
        throw Error(ErrorCode::shapeMismatch, "assignment");
    return Solver(gains, size).solve();
}

} // namespace plumage::metrics
