// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

namespace plumage::review {

// Grow (UI.md section 7): machine photos by falling likeness to a cluster, in pages of 50. "Do all of these belong?" Yes jumps ahead over 1, 3, 7, … pages; the first
// No ends that, then the open interval is searched: after No its first quarter, after Yes its middle. The first single pick switches to page by page, where Yes
// takes all but the picked ones. Pages up to the last Yes join in one go. A value: copies are independent, so the answer before can be taken back.
class Grow {
public:
    static constexpr std::size_t pageSize = 50;
    enum class Page { seenYes, followingYes, open, seenNo, out };    // followingYes: accepted unseen, with a later page; out: behind the first No

    // `ranked`: most like the cluster first; inside a page they are shuffled with the seed, so that nobody learns to look at the end only.
    Grow(std::vector<PhotoId> ranked, std::uint64_t seed);

    std::size_t pages() const { return m_states.size(); }
    bool isDone() const { return m_current == m_states.size(); }
    std::size_t current() const { return m_current; }                // page in question, from 0; pages() when done
    std::span<const PhotoId> photos(std::size_t page) const;         // in the order they are shown
    bool isPageByPage() const { return m_pageByPage; }
    std::size_t nextOn(bool yes) const;                              // where that answer would lead; pages() = to the end
    const std::vector<Page>& states() const { return m_states; }
    std::size_t answers() const { return m_history.size(); }

    void pick(PhotoId photo, bool picked);      // "this one does not belong"; only of the current page
    bool isPicked(PhotoId photo) const { return m_picked.contains(photo); }
    void answer(bool yes);                      // nothing happens when done
    bool takeBack();                            // the last answer; false if there is none

    // What joins: all photos of the pages up to the last Yes but the picked ones.
    struct Outcome {
        std::vector<PhotoId> seen, bulk;        // on screen when accepted; accepted with a later page
        std::vector<PhotoId> rejected;          // picked on accepted pages
        std::size_t acceptedPages = 0;
    };
    Outcome outcome() const;

private:
    struct Before { std::size_t current, low, high; bool pageByPage; std::vector<Page> states; };    // low: pages that are in; high: first page that is not
    std::size_t next(bool yes, std::size_t low, std::size_t high) const;

    std::vector<PhotoId> m_photos;
    std::vector<Page> m_states;
    std::unordered_set<PhotoId> m_picked;
    std::vector<Before> m_history;
    std::size_t m_current = 0, m_low = 0, m_high = 0;    // m_high = pages() + 1 until the first No
    bool m_pageByPage = false;
};

} // namespace plumage::review
