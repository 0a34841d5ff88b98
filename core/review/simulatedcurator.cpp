// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/review/simulatedcurator.h"

#include "core/embedding/visualorder.h"
#include "core/review/duplicates.h"
#include "core/review/grow.h"
#include "core/review/suggestions.h"
#include "core/review/validate.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace plumage::review {
namespace {

constexpr std::size_t sampled = 200, ofEach = 20;    // photos that a cluster's mean is taken of; that are shown of each in a question about two
constexpr std::size_t galleryPage = 50;
constexpr double oneKind = 0.8, halfOfThem = 0.5;
constexpr std::int64_t worthwhile = 3;               // photos a decision must bring for a loop to be gone through again

double share(std::size_t part, std::size_t all)
{
    return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

// Of photos by what they are seen as.
template<class ByKind> double share(const ByKind& sheet, const std::string& kind)
{
    std::size_t all = 0;
    for (const auto& [name, rows] : sheet)
        all += rows.size();
    const auto found = sheet.find(kind);
    return found == sheet.end() ? 0 : share(found->second.size(), all);
}

template<class ByKind> std::string majority(const ByKind& sheet)
{
    return sheet.empty() ? std::string() : std::ranges::max_element(sheet, std::less<>(), [](const auto& entry) { return entry.second.size(); })->first;
}

} // namespace

SimulatedCurator::SimulatedCurator(SortingTask task, curation::State state, const Carefulness& care, Decided decided)
    : m_task(std::move(task)), m_state(std::move(state)), m_care(care), m_random(care.seed), m_decided(std::move(decided))
{
    std::set<std::string> names;
    for (std::size_t row = 0; row < m_task.photos.size(); ++row) {
        m_rowOf[m_task.photos[row]] = row;
        if (!m_task.kinds[row].empty())
            names.insert(m_task.kinds[row]);
    }
    m_names.assign(names.begin(), names.end());
}

std::vector<LoopEffort> SimulatedCurator::sort()
{
    m_loops.clear();
    duplicates();
    finish("duplicates");
    validate();
    finish("validate");
    grow();
    finish("grow");
    suggestions();
    finish("suggestions");
    rest();
    return m_loops;
}

// "Are A and B the same kind?" 20 photos of each.
void SimulatedCurator::duplicates()
{
    for (;;) {
        std::map<ClusterId, std::vector<std::uint32_t>> members;
        std::map<ClusterId, std::int64_t> sizes;
        for (std::size_t row = 0; row < places().size(); ++row)
            if (const ClusterId cluster = places()[row]; cluster.value != 0 && ++sizes[cluster] <= static_cast<std::int64_t>(sampled))
                members[cluster].push_back(static_cast<std::uint32_t>(row));
        std::vector<ClusterLook> looks;
        for (const auto& [cluster, rows] : members)
            looks.push_back({cluster, embedding::meanDirection(m_task.vectors, rows), sizes[cluster]});
        const auto pairs = likelyDuplicates(looks, [this](ClusterId a, ClusterId b) { return !m_state.answer("duplicates", pairKey(a, b)).empty(); });
        if (pairs.empty())
            return;
        const auto [a, b, likeness] = pairs.front();
        std::array<ByKind, 2> sheets;
        for (const std::size_t side : {0u, 1u}) {
            const auto& rows = members[side == 0 ? a : b];
            sheets[side] = look(Rows(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(ofEach, rows.size()))));
        }
        const std::string kind = majority(sheets[0]);
        ++m_effort.answers;
        const ClusterId into = curation::mergeTarget(m_state, std::array{a, b}, [&](ClusterId c) { return sizes[c]; }), from = into == a ? b : a;
        const bool same = share(sheets[0], kind) >= oneKind && share(sheets[1], kind) >= oneKind;
        carryOut(same ? curation::merge(m_state, std::array{from}, into, sizes[from]) : curation::answer(m_state, "duplicates", pairKey(a, b), "apart"));
    }
}

// The clusters that are open, the one with most unchecked photos first.
void SimulatedCurator::validate()
{
    for (;;) {
        std::map<ClusterId, std::size_t> waiting;
        for (const std::size_t row : unchecked({}))
            if (const auto* cluster = m_state.find(places()[row]); cluster && cluster->state == project::ClusterState::open)
                ++waiting[cluster->id];
        if (waiting.empty())
            return;
        validateOne(std::ranges::max_element(waiting, std::less<>(), [](const auto& entry) { return entry.second; })->first);
    }
}

void SimulatedCurator::validateOne(ClusterId cluster)
{
    const Rows waiting = unchecked(cluster);
    const Validation question = Validation::of(photosOf(ranked(waiting, waiting)), static_cast<std::uint64_t>(cluster.value));
    ByKind sheet = look(rowsOf(question.odd)), random = look(rowsOf(question.random));
    for (const auto& [kind, rows] : random)
        sheet[kind].insert(sheet[kind].end(), rows.begin(), rows.end());
    const bool isWhole = question.odd.size() + question.random.size() == waiting.size();
    const bool hasName = !m_state.find(cluster)->name.empty();
    const std::string kind = hasName ? nameOf(cluster) : majority(sheet);
    const double belongs = share(isWhole ? sheet : random, kind);
    ++m_effort.answers;
    if (belongs < halfOfThem)    // "No, too mixed"
        return carryOut(curation::setState(m_state, cluster, project::ClusterState::flagged));
    if (belongs >= oneKind && !hasName) {
        ++m_effort.names;
        if (const auto other = m_state.byName(kind)) {    // a known name merges; the larger pile is asked about again
            --m_effort.answers;
            return carryOut(curation::merge(m_state, std::array{cluster}, *other, static_cast<std::int64_t>(waiting.size())));
        }
        carryOut(curation::rename(m_state, cluster, kind));
    }
    const bool isYes = belongs >= std::max(oneKind, isWhole ? 0 : m_care.precision);
    if (!isYes || belongs < m_care.precision || m_care.precision == 1)
        moveOthers(sheet, kind);
    if (isYes) {    // all others, unseen too
        Rows members;
        for (std::size_t row = 0; row < places().size(); ++row)
            if (places()[row] == cluster && !m_task.kinds[row].empty())
                members.push_back(row);
        return carryOut(curation::approve(m_state, cluster, photosOf(members), photosOf(sheet[kind])));
    }
    move(kind, sheet[kind], 1);    // what is left on the sheet is picked by one key
    if (!unchecked(cluster).empty())
        carryOut(curation::setState(m_state, cluster, project::ClusterState::flagged));
}

// Round by round through the named clusters, the one with fewest labels first, while a round is worthwhile.
void SimulatedCurator::grow()
{
    std::set<ClusterId> done;
    for (bool any = true; std::exchange(any, false);)
        for (const ClusterId cluster : named())
            if (!done.contains(cluster)) {
                const std::int64_t decisions = m_effort.decisions(), photos = m_effort.photos();
                if (growOne(cluster) && m_effort.photos() - photos >= worthwhile * (m_effort.decisions() - decisions))
                    any = true;
                else
                    done.insert(cluster);
            }
}

bool SimulatedCurator::growOne(ClusterId cluster)
{
    Rows seeds, pool = unchecked({});
    for (std::size_t row = 0; row < m_task.photos.size(); ++row)
        if (m_state.labelledCluster(m_task.photos[row]) == cluster)
            seeds.push_back(row);
    std::erase_if(pool, [&](std::size_t row) { return m_state.isRejected(m_task.photos[row], cluster); });
    if (seeds.empty() || pool.empty())
        return false;
    Grow grow(photosOf(ranked(seeds, std::move(pool))), static_cast<std::uint64_t>(cluster.value));
    while (!grow.isDone())
        grow.answer(answerPage(grow, nameOf(cluster)));
    const auto outcome = grow.outcome();
    if (outcome.acceptedPages == 0)
        return false;
    ++m_effort.answers;    // "Join them"
    carryOut(curation::growInto(m_state, cluster, outcome.seen, outcome.bulk, {}));
    return true;
}

// Yes over unseen pages only to a page that is right throughout; a page that follows the last yes is put right where it is seen.
bool SimulatedCurator::answerPage(Grow& grow, const std::string& name)
{
    ++m_effort.answers;
    const auto page = grow.photos(grow.current());
    const ByKind sheet = look(rowsOf(page));
    const double right = share(sheet, name);
    const bool isNext = grow.current() == 0 || grow.states()[grow.current() - 1] != Grow::Page::open;
    if (right >= m_care.precision)
        return true;
    if (!isNext || right < halfOfThem)
        return false;
    for (const auto& [kind, rows] : sheet)
        std::ranges::for_each(kind == name ? Rows() : rows, [&](std::size_t row) { grow.pick(m_task.photos[row], true); });
    moveOthers(sheet, name);
    return true;
}

void SimulatedCurator::suggestions()
{
    std::set<std::pair<ClusterId, ClusterId>> answered;
    for (;;) {
        std::vector<std::uint32_t> clusters;
        std::vector<std::uint8_t> checked;
        for (std::size_t row = 0; row < m_task.photos.size(); ++row) {
            clusters.push_back(static_cast<std::uint32_t>(places()[row].value));
            checked.push_back(m_state.label(m_task.photos[row]) || m_task.kinds[row].empty());
        }
        const auto keyOf = [](ClusterId from, ClusterId to) { return std::to_string(from.value) + ">" + std::to_string(to.value); };
        const auto cohorts = review::suggestions(clusters, checked, m_task.neighbours, m_task.neighbourCount,
            [&](ClusterId from, ClusterId to) { return answered.contains({from, to}) || !m_state.answer("suggestions", keyOf(from, to)).empty(); },
            [&](std::uint32_t row, ClusterId to) { return m_state.isRejected(m_task.photos[row], to); });
        if (cohorts.empty())
            return;
        const Cohort& cohort = cohorts.front();
        const Rows rows(cohort.rows.begin(), cohort.rows.end());
        const std::string name = nameOf(cohort.to);
        ByKind sheet = look(rows);
        answered.emplace(cohort.from, cohort.to);
        ++m_effort.answers;
        if (share(sheet, name) < halfOfThem) {
            carryOut(curation::answer(m_state, "suggestions", keyOf(cohort.from, cohort.to), "never"));
            continue;
        }
        moveOthers(sheet, name);
        carryOut(curation::assign(m_state, photosOf(sheet[name]), cohort.to, project::LabelSource::seen, {}));
    }
}

// Page after page of the gallery in visual order. Now and then, when new labels have come together, Grow is tried again; ever more seldom while it brings little.
void SimulatedCurator::rest()
{
    const Rows left = unchecked({});
    const std::vector<std::uint32_t> rows(left.begin(), left.end());
    const std::vector<float> values = embedding::toFloats(m_task.vectors, rows);
    Rows order;
    for (const std::uint32_t at : embedding::visualOrder({values, m_task.vectors.width}))
        order.push_back(left[at]);
    for (std::int64_t page = 1, untilGrow = 1; !order.empty(); ++page) {
        restPage(Rows(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::min(galleryPage, order.size()))));
        finish("rest");
        if (--untilGrow == 0) {
            grow();
            const LoopEffort brought = m_effort;
            finish("grow");
            untilGrow = brought.photos() >= worthwhile * brought.decisions() ? 1 : page + 1;
        }
        std::erase_if(order, [this](std::size_t row) { return m_state.label(m_task.photos[row]).has_value(); });
    }
}

void SimulatedCurator::restPage(const Rows& page)
{
    for (const auto& [kind, of] : look(page)) {
        std::int64_t picks = 0;    // a run of neighbours: its first and its last
        for (std::size_t i = 0, run = 0; i < page.size(); ++i) {
            run = std::ranges::find(of, page[i]) == of.end() ? 0 : run + 1;
            picks += run == 1 || run == 2;
        }
        move(kind, of, picks);
    }
}

void SimulatedCurator::carryOut(const curation::Command& command)
{
    if (command.isEmpty())
        return;
    m_state.apply(command.edits);
    for (const project::Edit& edit : command.edits)
        if (const auto* label = std::get_if<project::LabelEdit>(&edit); label && label->after && !label->before)
            ++(label->after->source == project::LabelSource::bulk ? m_effort.bulk : m_effort.seen);
    m_places.reset();
    if (m_decided)
        m_decided(command);
}

// Picks the photos and gives them to the kind's cluster: one key, or a name that is new.
void SimulatedCurator::move(const std::string& kind, const Rows& rows, std::int64_t picks)
{
    if (rows.empty())
        return;
    m_effort.picks += picks;
    const auto cluster = m_state.byName(kind);
    ++(cluster ? m_effort.moves : m_effort.names);
    const auto photos = photosOf(rows);
    carryOut(cluster ? curation::assign(m_state, photos, *cluster, project::LabelSource::seen, {}) : curation::newCluster(m_state, photos, kind, {}));
}

void SimulatedCurator::moveOthers(const ByKind& sheet, const std::string& but)
{
    for (const auto& [kind, rows] : sheet)
        if (kind != but)
            move(kind, rows, static_cast<std::int64_t>(rows.size()));
}

SimulatedCurator::ByKind SimulatedCurator::look(const Rows& rows)
{
    ByKind sheet;
    for (const std::size_t row : rows) {
        const std::string& kind = m_task.kinds[row];
        if (kind.empty())
            continue;
        const bool errs = m_care.errorRate > 0 && m_names.size() > 1 && m_random.uniform() < m_care.errorRate;
        const auto at = static_cast<std::size_t>(std::ranges::lower_bound(m_names, kind) - m_names.begin());
        sheet[errs ? m_names[(at + 1 + m_random.below(m_names.size() - 1)) % m_names.size()] : kind].push_back(row);
    }
    return sheet;
}

SimulatedCurator::Rows SimulatedCurator::rowsOf(std::span<const PhotoId> photos) const
{
    Rows rows(photos.size());
    std::ranges::transform(photos, rows.begin(), [this](PhotoId photo) { return m_rowOf.at(photo); });
    return rows;
}

std::vector<PhotoId> SimulatedCurator::photosOf(const Rows& rows) const
{
    std::vector<PhotoId> photos(rows.size());
    std::ranges::transform(rows, photos.begin(), [this](std::size_t row) { return m_task.photos[row]; });
    return photos;
}

const std::vector<ClusterId>& SimulatedCurator::places()
{
    if (!m_places) {
        m_places.emplace();
        for (std::size_t row = 0; row < m_task.photos.size(); ++row)
            m_places->push_back(m_state.effectiveCluster(m_task.photos[row], m_task.run, m_task.topCodes.empty() ? std::span<const std::uint16_t>() : m_task.topCodes[row]).value_or(ClusterId{}));
    }
    return *m_places;
}

// Of a known kind, without a label, not put away; `in` one cluster or anywhere.
SimulatedCurator::Rows SimulatedCurator::unchecked(std::optional<ClusterId> in)
{
    Rows rows;
    for (std::size_t row = 0; row < m_task.photos.size(); ++row)
        if (!m_task.kinds[row].empty() && !m_state.label(m_task.photos[row]) && !m_state.isAway(m_task.photos[row]) && (!in || places()[row] == *in))
            rows.push_back(row);
    return rows;
}

// Clusters with a kind's name, the one with fewest labels first.
std::vector<ClusterId> SimulatedCurator::named() const
{
    std::map<ClusterId, std::int64_t> labels;
    for (const PhotoId photo : m_task.photos)
        if (const auto cluster = m_state.labelledCluster(photo))
            ++labels[*cluster];
    std::vector<ClusterId> clusters;
    for (const std::string& name : m_names)
        if (const auto cluster = m_state.byName(name))
            clusters.push_back(*cluster);
    std::ranges::stable_sort(clusters, std::less<>(), [&](ClusterId cluster) { return labels[cluster]; });
    return clusters;
}

// Most like the examples' mean first.
SimulatedCurator::Rows SimulatedCurator::ranked(const Rows& examples, Rows rows) const
{
    const std::vector<std::uint32_t> narrow(examples.begin(), examples.end());
    const auto scores = embedding::cosines(m_task.vectors, embedding::meanDirection(m_task.vectors, narrow));
    std::ranges::stable_sort(rows, std::greater<>(), [&](std::size_t row) { return scores[row]; });
    return rows;
}

std::string SimulatedCurator::nameOf(ClusterId cluster) const
{
    return curation::shownName(m_state, cluster);
}

// Adds what was done since the last call to the loop's sums.
void SimulatedCurator::finish(const std::string& loop)
{
    std::size_t labels = 0, right = 0, placed = 0, known = 0;
    for (std::size_t row = 0; row < m_task.photos.size(); ++row) {
        const std::string& kind = m_task.kinds[row];
        if (kind.empty())
            continue;
        ++known;
        const auto label = m_state.labelledCluster(m_task.photos[row]);
        labels += label.has_value();
        right += label && nameOf(*label) == kind;
        placed += places()[row].value != 0 && nameOf(places()[row]) == kind;
    }
    auto at = std::ranges::find(m_loops, loop, &LoopEffort::loop);
    if (at == m_loops.end())
        at = m_loops.insert(m_loops.end(), LoopEffort{.loop = loop});
    at->add(m_effort);
    at->right = labels == 0 ? 1 : share(right, labels);
    at->placed = share(placed, known);
    m_effort = {};
}

} // namespace plumage::review
