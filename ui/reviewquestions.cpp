// SPDX-License-Identifier: GPL-3.0-or-later
// What each queue asks, and what an answer does.
#include "ui/reviewpage.h"

#include "core/curation/commands.h"
#include "ui/candidatecard.h"
#include "ui/gallerymodel.h"
#include "ui/reviewbar.h"
#include "ui/selection.h"
#include "ui/thumbnailcache.h"
#include "ui/workspace.h"

#include <QtCore/QLocale>
#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QLabel>

#include <algorithm>
#include <array>

namespace plumage::ui {
namespace {

constexpr std::size_t newcomersAtOnce = 60;
constexpr std::size_t ofEach = 20;    // photos of each cluster in a question about two

} // namespace

void ReviewPage::askDuplicates()
{
    m_a = m_queues.pairs().front().a;
    m_b = m_queues.pairs().front().b;
    std::vector<PhotoId> photos;
    for (const ClusterId cluster : {m_a, m_b}) {
        auto some = photosOf(rowsOf(cluster, false));
        some.resize(std::min(some.size(), ofEach));
        photos.insert(photos.end(), some.begin(), some.end());
    }
    const auto described = [this](ClusterId cluster) { return tr("%1 (%2)").arg(m_snapshot->nameOf(cluster), countText(m_snapshot->find(cluster)->photos)); };
    showSheet(photos, [this, described] { return tr("Are %1 and %2 the same kind?").arg(described(m_a), described(m_b)); }, tr("merge them"), tr("they stay apart"));
}

void ReviewPage::askValidate()
{
    m_a = m_queues.clusters(ReviewQueues::Validate).front();
    const auto rows = rowsOf(m_a, true);
    m_queues.lookAlikes().orderByMean(rows, rows, [this, generation = m_generation](const LookAlikes::Rows& ranked) {
        if (generation != m_generation)
            return;
        m_validation = review::Validation::of(photosOf(ranked), static_cast<std::uint64_t>(m_a.value));
        std::vector<PhotoId> photos = m_validation.odd;
        photos.insert(photos.end(), m_validation.random.begin(), m_validation.random.end());
        const ClusterView* view = m_snapshot->find(m_a);
        showSheet(photos, [this] { return tr("Is %1 one kind? The first %2 look most different. Pick what is wrong.").arg(m_snapshot->nameOf(m_a)).arg(m_validation.odd.size()); },
            tr("approve all %1 but the picked").arg(QLocale().toString(static_cast<qlonglong>(view ? view->photos : 0))), tr("too mixed: flag it"));
    });
}

void ReviewPage::askGrow()
{
    m_a = m_queues.clusters(ReviewQueues::Grow).front();
    LookAlikes::Rows seeds, pool;
    const project::LibraryState& state = m_workspace.curation().state();
    for (std::uint32_t row = 0; row < m_snapshot->photos->rows(); ++row) {
        const int flags = m_snapshot->photos->flags()[row];
        if (flags & project::PhotoTable::Checked) {
            if (m_snapshot->photos->clusters()[row] == static_cast<std::uint32_t>(m_a.value))
                seeds.push_back(row);
        } else if (!(flags & project::PhotoTable::Away) && !((flags & project::PhotoTable::Rejected) && state.isRejected(m_snapshot->photos->photo(row), m_a))) {
            pool.push_back(row);
        }
    }
    if (pool.empty())
        return showNothing();
    m_queues.lookAlikes().orderByMean(seeds, pool, [this, generation = m_generation](const LookAlikes::Rows& ranked) {
        if (generation != m_generation)
            return;
        m_grow.emplace(photosOf(ranked), static_cast<std::uint64_t>(m_a.value));
        showGrowPage();
    });
}

void ReviewPage::showGrowPage()
{
    if (m_grow->isDone())
        return finishGrow();
    const auto photos = m_grow->photos(m_grow->current());
    const auto lead = [this](bool yes) {
        const std::size_t page = m_grow->nextOn(yes);
        return page >= m_grow->pages() ? tr("then the summary") : tr("next page %1").arg(page + 1);
    };
    m_bar->show(m_grow->states(), m_grow->current());
    showSheet({photos.begin(), photos.end()}, [this, isPageByPage = m_grow->isPageByPage(), count = photos.size()] {
        return isPageByPage ? tr("%1: from here every page is shown; Yes takes all but the picked.").arg(m_snapshot->nameOf(m_a)) : tr("Do all %1 belong to %2?").arg(count).arg(m_snapshot->nameOf(m_a));
    }, lead(true), lead(false));
}

void ReviewPage::finishGrow()
{
    const auto outcome = m_grow->outcome();
    const std::size_t all = outcome.seen.size() + outcome.bulk.size();
    if (all + outcome.rejected.size() == 0) {
        m_queues.later(ReviewQueues::Grow, std::to_string(m_a.value));
        m_asking = false;
        return setSnapshot(m_snapshot);
    }
    m_growDone = true;
    std::vector<PhotoId> some = outcome.bulk.empty() ? outcome.seen : outcome.bulk;
    some.resize(std::min<std::size_t>(some.size(), 60));
    const auto pages = static_cast<int>(outcome.acceptedPages);
    showSheet(some, [this, pages, all, seen = outcome.seen.size()] {
        return tr("%Ln page(s) join %1: %2, %3 of them seen.", nullptr, pages).arg(m_snapshot->nameOf(m_a), countText(all), QLocale().toString(static_cast<qlonglong>(seen)));
    }, tr("join them"), tr("start over"));
}

void ReviewPage::askSuggestions()
{
    m_cohort = m_queues.cohorts().front();
    m_a = m_cohort.from;
    m_b = m_cohort.to;
    showSheet(photosOf(m_cohort.rows), [this] {
        return tr("%1 → %2: %3 whose look-alikes lie there. Pick to move only some.").arg(m_snapshot->nameOf(m_a), m_snapshot->nameOf(m_b), countText(m_cohort.rows.size()));
    }, tr("move them"), tr("never ask again"));
}

void ReviewPage::answer(bool yes)
{
    if (!m_asking || m_sheetPhotos.empty() || !isVisible())
        return;
    m_effort.count();
    const QScopedValueRollback guard(m_answering, true);
    switch (m_queue) {
    case ReviewQueues::Duplicates: return answerDuplicates(yes);
    case ReviewQueues::Validate: return answerValidate(yes);
    case ReviewQueues::Grow: return answerGrow(yes);
    case ReviewQueues::Doubt: return answerDoubt(yes);
    case ReviewQueues::Suggestions: return answerSuggestions(yes);
    case ReviewQueues::Changed: return answerChanged(yes);
    }
}

void ReviewPage::answerDuplicates(bool yes)
{
    Curation& curation = m_workspace.curation();
    const auto size = [this](ClusterId cluster) { return static_cast<std::int64_t>(m_snapshot->find(cluster) ? m_snapshot->find(cluster)->photos : 0); };
    m_asking = false;
    const bool done = curation.carryOut([&](const curation::State& state) {
        if (!yes)
            return curation::answer(state, "duplicates", review::pairKey(m_a, m_b), "apart");
        const ClusterId into = curation::mergeTarget(state, std::array{m_a, m_b}, size), from = into == m_a ? m_b : m_a;
        return curation::merge(state, std::array{from}, into, size(from));
    }, !yes);
    if (done)
        logEffort("duplicates");
}

void ReviewPage::answerValidate(bool yes)
{
    Curation& curation = m_workspace.curation();
    const ClusterId cluster = m_a;
    const std::vector<PhotoId> wrong = m_selection.picked();
    std::vector<PhotoId> seen = m_sheetPhotos, members = photosOf(rowsOf(cluster, false));
    const auto isWrong = [&](PhotoId photo) { return std::ranges::binary_search(wrong, photo); };
    review::Checks checks = review::Checks::of(curation.state().answer("trust", std::to_string(cluster.value)));
    for (const PhotoId photo : m_validation.random) {    // the others were shown because they look odd: they say nothing about the rest
        ++checks.all;
        checks.right += !isWrong(photo) && !isSentAway(photo);
    }
    std::erase_if(seen, isWrong);
    std::erase_if(members, isWrong);
    m_asking = false;
    if (!yes) {
        curation.carryOut([&](const curation::State& state) { return curation::setState(state, cluster, project::ClusterState::flagged); });
        return logEffort("validate");
    }
    if (!wrong.empty())
        curation.carryOut([&](const curation::State& state) { return curation::rejectFrom(state, wrong, cluster); }, true);
    if (curation.carryOut([&](const curation::State& state) { return curation::withAnswer(state, curation::approve(state, cluster, members, seen), "trust", std::to_string(cluster.value), checks.text()); }))
        logEffort("validate");
}

void ReviewPage::answerGrow(bool yes)
{
    if (!m_grow)
        return;
    if (!m_growDone) {
        for (const PhotoId photo : m_sheetPhotos)    // what was sent away belongs as little as what is picked
            m_grow->pick(photo, m_selection.isPicked(photo) || isSentAway(photo));
        m_grow->answer(yes);
        return showGrowPage();
    }
    if (!yes)
        return ask();
    const auto outcome = m_grow->outcome();
    m_asking = false;
    m_grow.reset();
    m_queues.later(ReviewQueues::Grow, std::to_string(m_a.value));
    if (m_workspace.curation().carryOut([&](const curation::State& state) { return curation::growInto(state, m_a, outcome.seen, outcome.bulk, outcome.rejected); }))
        logEffort("grow");
}

void ReviewPage::answerSuggestions(bool yes)
{
    std::vector<PhotoId> photos = m_selection.picked();
    if (photos.empty()) {
        photos = m_sheetPhotos;
        std::erase_if(photos, [this](PhotoId photo) { return m_workspace.curation().state().label(photo).has_value(); });    // decided on this sheet, by its own key
    }
    m_asking = false;
    const bool done = m_workspace.curation().carryOut([&](const curation::State& state) {
        return yes ? curation::assign(state, photos, m_b, project::LabelSource::seen, [this](PhotoId) { return std::optional(m_a); })
                   : curation::answer(state, "suggestions", ReviewQueues::cohortKey(m_cohort), "never");
    }, !yes);
    if (done)
        logEffort("suggestions");
}

// ---- Doubt: one photo, up to three kinds that it may be

void ReviewPage::askDoubt()
{
    const PhotoId photo = m_queues.doubts().front();
    const auto row = m_snapshot->photos->row(photo);
    if (!row)
        return showNothing();
    const auto add = [this, photo](std::optional<ClusterId> cluster) {
        if (cluster && m_snapshot->find(*cluster) && m_candidates.size() < m_cards.size() && std::ranges::find(m_candidates, *cluster) == m_candidates.end()
            && !m_workspace.curation().state().isRejected(photo, *cluster))
            m_candidates.push_back(*cluster);
    };
    add(m_snapshot->photos->cluster(*row));
    for (const std::uint16_t code : m_snapshot->photos->topCodes(*row))
        add(m_snapshot->clusterOf(CodeIndex{code}));
    if (m_candidates.empty())
        return showNothing();
    m_a = m_candidates.front();
    showSheet({photo}, [this] { return tr("Which kind is this? %1 wait. T: another kind, B: a new one, W: none of the kinds.").arg(QLocale().toString(static_cast<qlonglong>(m_queues.doubts().size()))); },
        tr("it is %1").arg(m_snapshot->nameOf(m_a)), tr("it is not %1").arg(m_snapshot->nameOf(m_a)));
}

// Five photos of each kind: pinned ones first, then checked ones, then those that the network is surest of.
void ReviewPage::showCandidates()
{
    const bool isDoubt = m_asking && m_queue == ReviewQueues::Doubt;
    std::vector<PhotoId> wanted = m_sheetPhotos;
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->setVisible(isDoubt && i < m_candidates.size());
        if (!isDoubt || i >= m_candidates.size())
            continue;
        const curation::State& state = m_workspace.curation().state();
        std::vector<PhotoId> photos;
        for (const auto& [cluster, photo] : state.exemplars())
            if (state.resolve(cluster) == m_candidates[i])
                photos.push_back(photo);
        std::vector<std::uint32_t> rows = rowsOf(m_candidates[i], false);
        const auto surest = [this](std::uint32_t row) { return std::pair((m_snapshot->photos->flags()[row] & project::PhotoTable::Checked) != 0, m_snapshot->photos->confidence()[row]); };
        const auto some = rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), 2 * CandidateCard::photoCount));
        std::ranges::partial_sort(rows, some, std::greater<>(), surest);
        rows.erase(some, rows.end());
        for (const PhotoId photo : photosOf(rows))
            if (std::ranges::find(photos, photo) == photos.end() && photo != m_sheetPhotos.front())
                photos.push_back(photo);
        photos.resize(std::min(photos.size(), CandidateCard::photoCount));
        wanted.insert(wanted.end(), photos.begin(), photos.end());
        m_cards[i]->show(m_snapshot, m_candidates[i], std::move(photos));
    }
    if (isDoubt)
        m_thumbnails.want(ThumbnailCache::Asker::Gallery, wanted);
}

std::optional<ClusterId> ReviewPage::candidate(int key) const
{
    const bool isThere = m_asking && m_queue == ReviewQueues::Doubt && isVisible() && key >= 1 && static_cast<std::size_t>(key) <= m_candidates.size();
    return isThere ? std::optional(m_candidates[static_cast<std::size_t>(key - 1)]) : std::nullopt;
}

bool ReviewPage::answerWith(int key)
{
    const auto cluster = candidate(key);
    if (!cluster)
        return false;
    m_effort.count();
    const QScopedValueRollback guard(m_answering, true);
    placeDoubtful(*cluster);
    return true;
}

void ReviewPage::placeDoubtful(ClusterId cluster)
{
    const std::vector<PhotoId> photos = m_sheetPhotos;
    m_asking = false;
    if (m_workspace.curation().carryOut([&, from = m_a](const curation::State& state) { return curation::assign(state, photos, cluster, project::LabelSource::seen, [from](PhotoId) { return std::optional(from); }); }))
        logEffort("doubt");
}

void ReviewPage::answerDoubt(bool yes)
{
    if (yes)
        return placeDoubtful(m_a);
    const std::vector<PhotoId> photos = m_sheetPhotos;
    m_asking = false;
    if (m_workspace.curation().carryOut([&, from = m_a](const curation::State& state) { return curation::rejectFrom(state, photos, from); }))
        logEffort("doubt");
}

void ReviewPage::askChanged()
{
    m_a = m_queues.clusters(ReviewQueues::Changed).front();
    std::vector<PhotoId> photos = m_queues.newcomers(m_a);
    const std::size_t came = photos.size();
    photos.resize(std::min(photos.size(), newcomersAtOnce));
    showSheet(photos, [this, came] { return tr("%1 came to %2 since you looked last. Do they all belong? Pick what does not.").arg(countText(came), m_snapshot->nameOf(m_a)); },
        tr("all but the picked belong"), tr("none of them belongs"));
}

void ReviewPage::answerChanged(bool yes)
{
    Curation& curation = m_workspace.curation();
    const ClusterId cluster = m_a;
    std::vector<PhotoId> belong = photosOf(m_model->rows()), wrong;    // what was decided by a key of its own has left the sheet
    if (yes)
        std::ranges::copy_if(belong, std::back_inserter(wrong), [this](PhotoId photo) { return m_selection.isPicked(photo); });
    else
        wrong = belong;
    std::erase_if(belong, [&](PhotoId photo) { return std::ranges::find(wrong, photo) != wrong.end(); });
    m_asking = false;
    if (curation.carryOut([&](const curation::State& state) { return curation::growInto(state, cluster, belong, {}, wrong); }))
        logEffort("changed");
}

std::string ReviewPage::currentKey() const
{
    switch (m_queue) {
    case ReviewQueues::Duplicates: return review::pairKey(m_a, m_b);
    case ReviewQueues::Suggestions: return ReviewQueues::cohortKey(m_cohort);
    case ReviewQueues::Doubt: return std::to_string(m_sheetPhotos.front().value);
    case ReviewQueues::Validate:
    case ReviewQueues::Changed:
    case ReviewQueues::Grow: break;
    }
    return std::to_string(m_a.value);
}

// Moved out of the cluster in question, rejected from it or put away, by a key of its own.
bool ReviewPage::isSentAway(PhotoId photo) const
{
    const curation::State& state = m_workspace.curation().state();
    return state.isAway(photo) || state.isRejected(photo, m_a) || state.labelledCluster(photo).value_or(m_a) != state.resolve(m_a);
}

// The keys of the Sort menu work here too: a cluster in question may be merged, approved or flagged by them.
bool ReviewPage::isStillAsked() const
{
    if (m_queue == ReviewQueues::Doubt)    // the candidates may have changed; the photo is the same
        return !m_sheetPhotos.empty() && std::ranges::find(m_queues.doubts(), m_sheetPhotos.front()) != m_queues.doubts().end() && std::ranges::all_of(m_candidates, [this](ClusterId cluster) { return m_snapshot->find(cluster); });
    const auto isGone = [this](ClusterId cluster) { return cluster.value != 0 && (!m_snapshot || !m_snapshot->find(cluster)); };
    return !isGone(m_a) && !isGone(m_b) && ((m_queue != ReviewQueues::Validate && m_queue != ReviewQueues::Changed) || std::ranges::find(m_queues.clusters(m_queue), m_a) != m_queues.clusters(m_queue).end());
}

std::vector<std::uint32_t> ReviewPage::rowsOf(ClusterId cluster, bool uncheckedOnly) const
{
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < m_snapshot->photos->rows(); ++row)
        if (m_snapshot->photos->clusters()[row] == static_cast<std::uint32_t>(cluster.value) && !(uncheckedOnly && (m_snapshot->photos->flags()[row] & project::PhotoTable::Checked)))
            rows.push_back(row);
    return rows;
}

std::vector<PhotoId> ReviewPage::photosOf(const std::vector<std::uint32_t>& rows) const
{
    std::vector<PhotoId> photos;
    for (const std::uint32_t row : rows)
        photos.push_back(m_snapshot->photos->photo(row));
    return photos;
}

QString ReviewPage::countText(std::size_t photos) const
{
    return tr("%Ln photo(s)", nullptr, static_cast<int>(photos));
}

void ReviewPage::logEffort(const char* loop)
{
    m_effort.log(loop);
    m_foot->setText(m_effort.today());
}

} // namespace plumage::ui
