// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/review/grow.h"

#include "core/base/random.h"

#include <algorithm>

namespace plumage::review {

Grow::Grow(std::vector<PhotoId> ranked, std::uint64_t seed) : m_photos(std::move(ranked)), m_states((m_photos.size() + pageSize - 1) / pageSize, Page::open), m_high(m_states.size() + 1)
{
    Random random(seed);
    for (std::size_t page = 0; page < pages(); ++page) {
        const auto first = m_photos.begin() + static_cast<std::ptrdiff_t>(page * pageSize);
        std::vector<PhotoId> inside(first, first + static_cast<std::ptrdiff_t>(photos(page).size()));
        random.shuffle(inside);
        std::ranges::copy(inside, first);
    }
}

std::span<const PhotoId> Grow::photos(std::size_t page) const
{
    return std::span(m_photos).subspan(page * pageSize, std::min(pageSize, m_photos.size() - page * pageSize));
}

// low, high: pages counted from 1, as a person does: page `low` is the last that is in (0 = none), page `high` the first that is not.
std::size_t Grow::next(bool yes, std::size_t low, std::size_t high) const
{
    if (low + 1 >= high || low == pages())
        return pages();
    if (m_pageByPage)
        return low;    // the page behind the last one, from 0
    if (high > pages())    // no No yet: twice as far as so far
        return std::min(2 * low + 1, pages()) - 1;
    return low + std::max<std::size_t>(1, (high - low) / (yes ? 2 : 4)) - 1;
}

std::size_t Grow::nextOn(bool yes) const
{
    if (isDone())
        return pages();
    return yes ? next(true, m_current + 1, m_high) : m_pageByPage ? pages() : next(false, m_low, m_current + 1);
}

void Grow::pick(PhotoId photo, bool picked)
{
    if (isDone() || std::ranges::find(photos(m_current), photo) == photos(m_current).end())
        return;
    if (picked)
        m_picked.insert(photo);
    else
        m_picked.erase(photo);
}

void Grow::answer(bool yes)
{
    if (isDone())
        return;
    m_history.push_back({m_current, m_low, m_high, m_pageByPage, m_states});
    const auto onPage = photos(m_current);
    if (yes && std::ranges::any_of(onPage, [this](PhotoId photo) { return m_picked.contains(photo); }))
        m_pageByPage = true;    // the pages between are not all of one kind: from here on each is shown
    if (yes) {
        for (std::size_t page = m_low; page < m_current; ++page)
            m_states[page] = Page::followingYes;
        m_states[m_current] = Page::seenYes;
        m_low = m_current + 1;
    } else {
        m_states[m_current] = Page::seenNo;
        for (std::size_t page = m_current + 1; page < pages(); ++page)
            m_states[page] = Page::out;
        m_high = m_current + 1;
    }
    m_current = m_pageByPage && !yes ? pages() : next(yes, m_low, m_high);
}

bool Grow::takeBack()
{
    if (m_history.empty())
        return false;
    Before before = std::move(m_history.back());
    m_history.pop_back();
    m_current = before.current;
    m_low = before.low;
    m_high = before.high;
    m_pageByPage = before.pageByPage;
    m_states = std::move(before.states);
    return true;
}

Grow::Outcome Grow::outcome() const
{
    Outcome outcome;
    outcome.acceptedPages = m_low;
    for (std::size_t page = 0; page < m_low; ++page)
        for (const PhotoId photo : photos(page))
            (m_picked.contains(photo) ? outcome.rejected : m_states[page] == Page::seenYes ? outcome.seen : outcome.bulk).push_back(photo);
    return outcome;
}

} // namespace plumage::review
