// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <chrono>

namespace plumage::terminal {

// One line on stdout that is written over on a terminal; elsewhere a line every few seconds, so that a log stays readable. One thread at a time.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine();                     // ends the line
    void show(const QString& text);      // dropped if it comes too soon after the last
    void end();                          // the next text starts on a fresh line
    // A sentence on stderr, above the progress line.
    void note(const QString& sentence);

private:
    using Clock = std::chrono::steady_clock;
    bool m_isTerminal;
    bool m_isOpen = false;               // a line without its end stands on the terminal
    Clock::time_point m_next;            // when the next text is due
};

} // namespace plumage::terminal
