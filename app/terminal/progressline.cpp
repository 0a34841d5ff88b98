// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/terminal/progressline.h"

#include <cstdio>
#include <unistd.h>

namespace plumage::terminal {
namespace {

constexpr std::chrono::milliseconds terminalPause{100}, logPause{5000};

} // namespace

ProgressLine::ProgressLine() : m_isTerminal(::isatty(STDOUT_FILENO)), m_next(Clock::now()) { }

ProgressLine::~ProgressLine()
{
    end();
}

void ProgressLine::show(const QString& text)
{
    const auto now = Clock::now();
    if (now < m_next)
        return;
    m_next = now + (m_isTerminal ? terminalPause : logPause);
    m_isOpen = m_isTerminal;
    std::fprintf(stdout, m_isTerminal ? "\r\033[K%s" : "%s\n", text.toUtf8().constData());
    std::fflush(stdout);
}

void ProgressLine::end()
{
    if (m_isOpen)
        std::fputc('\n', stdout);
    std::fflush(stdout);
    m_isOpen = false;
    m_next = Clock::now();
}

void ProgressLine::note(const QString& sentence)
{
    end();
    std::fprintf(stderr, "%s\n", sentence.toUtf8().constData());
}

} // namespace plumage::terminal
