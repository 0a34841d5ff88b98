// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace plumage {

enum PackFlag : std::uint8_t { packPhoto = 0, packUnreadable = 1 };    // of a row of a photo pack, as in the file

// Between those who decode the rows of a photo pack and those who use it already. Any thread.
class PackFilling {
public:
    explicit PackFilling(std::vector<std::int64_t> order);    // every row once, as they will be needed

    // For those who decode. next(): a row to decode, each is given out once; one that somebody waits for comes first. Nothing when all are given out.
    std::optional<std::size_t> next();
    void set(std::size_t row, PackFlag flag);         // its bytes are written
    void end(std::exception_ptr failure = nullptr);   // no row comes any more

    // For those who use it; throw what decoding ended with, if what they wait for cannot come.
    void want(std::size_t row);                                      // before all others; returns at once
    PackFlag wait(std::size_t row);                                  // blocks until the row is there
    void waitFor(std::size_t rows, std::stop_token stop = {});       // blocks until so many are there, or a stop is asked for
    std::vector<std::int64_t> photos() const;                        // rows that hold a photo so far, ascending
    bool isComplete() const;                                         // all rows are there

private:
    enum State : std::uint8_t { holdsPhoto = packPhoto, unreadable = packUnreadable, waiting, begun };
    mutable std::mutex m_mutex;    // guards all below
    std::condition_variable_any m_changed;
    std::vector<std::int64_t> m_order;
    std::vector<State> m_states;            // of every row
    std::deque<std::size_t> m_wanted;       // waited for
    std::size_t m_place = 0, m_there = 0;   // in the order; rows that are there
    bool m_ended = false;
    std::exception_ptr m_failure;
};

} // namespace plumage
