// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QString>

#include <cstdint>

namespace plumage::ui {

class Curation;

// What sorting on the Review page costs: all decisions since the last entry of the project's effort log (answers, picks, and what was done by keys of their own) and the
// photos that got a label by them. An entry is written when an item is done. GUI thread only.
class ReviewEffort
{
    Q_DECLARE_TR_FUNCTIONS(ReviewEffort)
public:
    explicit ReviewEffort(Curation& curation) : m_curation(curation) { }
    void start();                               // what was done until now does not count
    void count() { ++m_decisions; }
    bool isBegun() const { return m_decisions > 0; }
    void log(const char* loop);                 // and starts anew; not stored: the decision itself is
    QString today() const;                      // a sentence; empty: nothing was decided

private:
    Curation& m_curation;
    QElapsedTimer m_since;                      // when it was written last
    std::int64_t m_decisions = 0, m_labels = 0; // made since then; there were then
};

} // namespace plumage::ui
