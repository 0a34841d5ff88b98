// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/curationcommands.h"

#include "core/text/commandtext.h"
#include "ui/clustermark.h"
#include "ui/clustermodel.h"
#include "ui/clusterpanel.h"
#include "ui/gallerymodel.h"
#include "ui/gallerypanel.h"
#include "ui/mainwindow.h"
#include "ui/reviewpage.h"
#include "ui/splitcommand.h"

#include <QtCore/QLocale>
#include <QtGui/QAction>

#include <algorithm>

namespace plumage::ui {

using curation::Command;
using curation::State;

CurationCommands::CurationCommands(MainWindow& window) : QObject(&window), m_window(window), m_prompt(new ChoicePrompt(&window)), m_split(new SplitCommand(window))
{
    connectActions();
    connect(&m_window.selection(), &Selection::pickedChanged, this, &CurationCommands::updateActions);
    connect(&m_window.selection(), &Selection::scopeChanged, this, &CurationCommands::updateActions);
    connect(&m_window.workspace(), &Workspace::opened, this, [this] {
        connect(&m_window.clusterPanel()->model(), &ClusterModel::photosDropped, this, &CurationCommands::drop, Qt::UniqueConnection);
        connect(&m_window.clusterPanel()->model(), &ClusterModel::clustersDropped, this, &CurationCommands::mergeInto, Qt::UniqueConnection);
        updateActions();
    });
    connect(&m_window.workspace(), &Workspace::snapshotShown, this, &CurationCommands::updateActions);
    connect(&m_window.workspace(), &Workspace::decisionsShown, this, &CurationCommands::updateActions);
    connect(&m_window.workspace(), &Workspace::closed, this, [this] {
        m_prompt->dismiss();
        updateActions();
    });
    updateActions();
}

void CurationCommands::connectActions()
{
    const auto on = [this](const QString& id, auto&& run) { connect(m_window.actions().action(id), &QAction::triggered, this, run); };
    on(QStringLiteral("edit.undo"), [this] {
        if (!m_window.review() || !m_window.review()->takeBack())
            m_window.workspace().curation().undo();
    });
    on(QStringLiteral("edit.redo"), [this] { m_window.workspace().curation().redo(); });
    on(QStringLiteral("photos.confirm"), [this] { onPicked([this](const State& s, curation::Photos p) { return curation::confirm(s, p, place()); }); });
    on(QStringLiteral("photos.reject"), [this] { onPicked([this](const State& s, curation::Photos p) { return curation::reject(s, p, place()); }); });
    on(QStringLiteral("photos.revoke"), [this] { onPicked([](const State& s, curation::Photos p) { return curation::revoke(s, p); }); });
    on(QStringLiteral("photos.put-away"), [this] { onPicked([](const State& s, curation::Photos p) { return curation::putAway(s, p); }); });
    on(QStringLiteral("photos.take-back"), [this] { onPicked([](const State& s, curation::Photos p) { return curation::takeBack(s, p); }); });
    on(QStringLiteral("photos.assign"), [this] { askTarget(); });
    on(QStringLiteral("photos.new-cluster"), [this] { newCluster(m_window.selection().picked()); });
    on(QStringLiteral("photos.look-alikes"), [this] { m_window.projectView()->gallery().showLookAlikes(); });
    on(QStringLiteral("photos.order"), [this] { m_window.projectView()->gallery().nextOrder(); });
    on(QStringLiteral("photos.only"), [this] { m_window.selection().showPhotos(m_window.selection().picked()); });
    on(QStringLiteral("photos.pin"), [this] { pin(); });
    on(QStringLiteral("photos.loupe"), [this] { m_window.review()->isVisible() ? m_window.review()->toggleLoupe() : m_window.projectView()->gallery().toggleLoupe(); });
    for (int key = 1; key <= 9; ++key)
        on(QStringLiteral("photos.key-%1").arg(key), [this, key] { byKey(key); });
    on(QStringLiteral("cluster.rename"), [this] { rename(); });
    on(QStringLiteral("cluster.merge"), [this] { merge(); });
    on(QStringLiteral("cluster.split"), [this] {
        if (const auto clusters = chosen(); !clusters.empty())
            m_split->split(clusters.front());
    });
    on(QStringLiteral("cluster.pick-like"), [this] {
        if (const auto clusters = chosen(); !clusters.empty())
            m_split->pickLike(clusters.front());
    });
    on(QStringLiteral("cluster.group"), [this] { group(); });
    on(QStringLiteral("cluster.approve"), [this] { approve(); });
    on(QStringLiteral("cluster.flag"), [this] {
        for (const ClusterId cluster : chosen())
            m_window.workspace().curation().carryOut([&](const State& s) {
                const bool flagged = s.find(cluster) && s.find(cluster)->state == project::ClusterState::flagged;
                return curation::setState(s, cluster, flagged ? project::ClusterState::open : project::ClusterState::flagged);
            });
    });
    on(QStringLiteral("cluster.dissolve"), [this] { dissolve(); });
    on(QStringLiteral("cluster.restore"), [this] { restore(); });
    on(QStringLiteral("cluster.key"), [this] { askKey(); });
}

// A command that cannot do anything now says why in its tooltip, and so in the menu.
void CurationCommands::updateActions()
{
    const bool open = m_window.workspace().isOpen();
    Curation& curation = m_window.workspace().curation();
    const auto undo = open ? curation.nextUndo() : std::nullopt, redo = open ? curation.nextRedo() : std::nullopt;
    const auto enable = [&](const QString& id, bool on, const QString& why) {
        QAction* action = m_window.actions().action(id);
        action->setEnabled(on);
        action->setToolTip(on ? action->text().remove(QLatin1Char('&')) : why);
    };
    enable(QStringLiteral("edit.undo"), undo.has_value(), tr("Nothing was decided yet."));
    enable(QStringLiteral("edit.redo"), redo.has_value(), tr("Nothing was undone."));
    m_window.actions().action(QStringLiteral("edit.undo"))->setText(undo ? tr("&Undo: %1").arg(text::historyText(undo->facts)) : tr("&Undo"));
    m_window.actions().action(QStringLiteral("edit.redo"))->setText(redo ? tr("&Redo: %1").arg(text::historyText(redo->facts)) : tr("&Redo"));
    const bool picked = open && !m_window.selection().picked().empty(), cluster = open && !chosen().empty();
    for (const char* id : {"photos.confirm", "photos.assign", "photos.reject", "photos.revoke", "photos.new-cluster", "photos.put-away", "photos.take-back", "photos.look-alikes", "photos.only", "photos.pin"})
        enable(QLatin1String(id), picked, tr("Pick at least one photo first."));
    const SnapshotPointer& shown = m_window.workspace().snapshot();
    enable(QStringLiteral("cluster.match"), open && shown && shown->hasClusters() && shown->run.value > 1, tr("There is no earlier run."));
    for (const char* id : {"review.yes", "review.no", "review.later"})
        enable(QLatin1String(id), open, tr("Open the Review page first."));
    for (const char* id : {"photos.order", "photos.loupe"})
        enable(QLatin1String(id), open && m_window.workspace().snapshot() != nullptr, tr("Open a folder of photos to begin."));
    for (int key = 1; key <= 9; ++key) {
        QString target;
        if (const auto& snapshot = m_window.workspace().snapshot(); open && snapshot)
            for (const ClusterView& view : snapshot->clusters)
                if (view.key == key)
                    target = snapshot->nameOf(view.cluster);
        const QString id = QStringLiteral("photos.key-%1").arg(key);
        if (const auto asked = m_window.review() ? m_window.review()->candidate(key) : std::nullopt; asked && m_window.workspace().snapshot())
            target = m_window.workspace().snapshot()->nameOf(*asked);
        m_window.actions().action(id)->setText(target.isEmpty() ? tr("Move to the cluster of key %1").arg(key) : tr("Move to %1").arg(target));
        enable(id, picked && !target.isEmpty(), target.isEmpty() ? tr("No cluster has this key: choose one and press Shift+K.") : tr("Pick at least one photo first."));
    }
    for (const char* id : {"cluster.rename", "cluster.merge", "cluster.split", "cluster.pick-like", "cluster.group", "cluster.approve", "cluster.flag", "cluster.dissolve", "cluster.key"})
        enable(QLatin1String(id), cluster, tr("Choose a cluster first."));
    enable(QStringLiteral("cluster.restore"), open && std::ranges::any_of(curation.state().clusters(), [](const auto& entry) {
        return entry.second.state == project::ClusterState::dissolved && !entry.second.mergedInto;
    }), tr("No cluster was dissolved."));
}

curation::Place CurationCommands::place() const
{
    return [snapshot = m_window.workspace().snapshot()](PhotoId photo) -> std::optional<ClusterId> {
        const auto row = snapshot ? snapshot->photos->row(photo) : std::nullopt;
        return row ? snapshot->photos->cluster(*row) : std::nullopt;
    };
}

std::vector<PhotoId> CurationCommands::members(ClusterId cluster) const
{
    std::vector<PhotoId> photos;
    const project::PhotoTable& table = *m_window.workspace().snapshot()->photos;
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (table.clusters()[row] == static_cast<std::uint32_t>(cluster.value))
            photos.push_back(table.photo(row));
    return photos;
}

std::vector<ClusterId> CurationCommands::chosen() const
{
    if (m_window.clusterPanel())
        if (auto clusters = m_window.clusterPanel()->picked(); !clusters.empty())
            return clusters;
    if (const auto cluster = m_window.selection().cluster())
        return {*cluster};
    return {};
}

QString CurationCommands::countText(std::size_t photos) const
{
    return tr("%Ln photo(s)", nullptr, static_cast<int>(photos));
}

// Named clusters first, then the large ones.
std::vector<ChoicePrompt::Choice> CurationCommands::choices(const std::vector<ClusterId>& without) const
{
    std::vector<const ClusterView*> views;
    for (const ClusterView& view : m_window.workspace().snapshot()->clusters)
        if (std::ranges::find(without, view.cluster) == without.end() && (view.photos > 0 || !view.name.isEmpty()))
            views.push_back(&view);
    std::ranges::stable_sort(views, std::less<>(), [](const ClusterView* view) { return std::tuple(view->name.isEmpty(), -static_cast<qint64>(view->photos)); });
    std::vector<ChoicePrompt::Choice> list;
    for (const ClusterView* view : views)
        list.push_back({view->cluster.value, m_window.workspace().snapshot()->nameOf(view->cluster), countText(view->photos)});
    return list;
}

void CurationCommands::onPicked(const std::function<Command(const State&, curation::Photos)>& plan)
{
    const std::vector<PhotoId> photos = m_window.selection().picked();
    if (m_window.workspace().curation().carryOut([&](const State& state) { return plan(state, photos); }))
        afterPhotos(photos);
}

// One photo was decided: the next one is picked, so that a row of photos is a row of keys. Several: nothing is picked.
void CurationCommands::afterPhotos(const std::vector<PhotoId>& done)
{
    if (m_window.review()->isVisible())
        return m_window.selection().pick({}, m_window.review()->current());    // never a photo of the gallery, which is out of sight
    GalleryModel& model = m_window.projectView()->gallery().model();
    const QModelIndex at = done.size() == 1 ? model.indexOf(done.front()) : QModelIndex();
    if (at.isValid() && at.row() + 1 < model.rowCount())
        m_window.selection().pick({model.photo(at.row() + 1)}, model.photo(at.row() + 1));
    else
        m_window.selection().pick({}, done.size() == 1 ? std::optional(done.front()) : std::nullopt);
}

void CurationCommands::assign(const std::vector<PhotoId>& photos, ClusterId cluster)
{
    if (m_window.workspace().curation().carryOut([&](const State& state) { return curation::assign(state, photos, cluster, project::LabelSource::seen, place()); }))
        afterPhotos(photos);
}

void CurationCommands::drop(const std::vector<PhotoId>& photos, std::optional<ClusterId> cluster)
{
    if (cluster)
        assign(photos, *cluster);
    else
        newCluster(photos);
}

void CurationCommands::assignTo(ClusterId cluster)
{
    assign(m_window.selection().picked(), cluster);
}

void CurationCommands::askTarget()
{
    const std::vector<PhotoId> photos = m_window.selection().picked();
    m_prompt->ask({.title = tr("Move %1 to…").arg(countText(photos.size())), .hint = tr("A new name makes a new cluster."), .choices = choices({}), .text = {},
                      .mayBeNew = true, .newText = tr("New cluster “%1”")},
        [this, photos](const ChoicePrompt::Answer& answer) {
            if (answer.id)
                return assign(photos, ClusterId{*answer.id});
            if (m_window.workspace().curation().carryOut([&](const State& state) { return curation::newCluster(state, photos, answer.text.toStdString(), place()); }))
                afterPhotos(photos);
        });
}

void CurationCommands::newCluster(const std::vector<PhotoId>& photos)
{
    if (m_window.workspace().curation().carryOut([&](const State& state) { return curation::newCluster(state, photos, {}, place()); }))
        m_window.selection().pick({}, {});
}

void CurationCommands::rename()
{
    const auto clusters = chosen();
    if (clusters.empty())
        return;
    const ClusterId cluster = clusters.front();
    const ClusterView* view = m_window.workspace().snapshot()->find(cluster);
    if (!view)
        return;
    std::vector<ChoicePrompt::Choice> named;
    for (ChoicePrompt::Choice& choice : choices({cluster}))
        if (!m_window.workspace().snapshot()->find(ClusterId{choice.id})->name.isEmpty())
            named.push_back(std::move(choice));
    m_prompt->ask({.title = tr("What is %1 called?").arg(clusterNumber(cluster)), .hint = tr("A name that another cluster has merges the two; Shift+Enter keeps both apart."),
                      .choices = named, .text = view->name, .mayBeNew = true, .newText = tr("Call it “%1”")},
        [this, cluster](const ChoicePrompt::Answer& answer) {
            Curation& curation = m_window.workspace().curation();
            if (answer.id && !answer.shift)
                return mergeInto({cluster}, ClusterId{*answer.id});
            const State& state = curation.state();
            QString name = answer.id ? QString::fromStdString(state.find(ClusterId{*answer.id})->name) : answer.text;
            for (int n = 2; answer.id && state.byName(name.toStdString()); ++n)
                name = QStringLiteral("%1 (%2)").arg(QString::fromStdString(state.find(ClusterId{*answer.id})->name)).arg(n);
            curation.carryOut([&](const State& s) { return curation::rename(s, cluster, name.toStdString()); });
        });
}

void CurationCommands::mergeInto(const std::vector<ClusterId>& sources, ClusterId into)
{
    std::int64_t photos = 0;
    for (const ClusterId source : sources)
        if (const ClusterView* view = m_window.workspace().snapshot()->find(source))
            photos += static_cast<std::int64_t>(view->photos);
    if (m_window.workspace().curation().carryOut([&](const State& state) { return curation::merge(state, sources, into, photos); }))
        m_window.selection().showCluster(into);
}

void CurationCommands::merge()
{
    std::vector<ClusterId> clusters = chosen();
    if (clusters.size() == 1)
        return askMerge(clusters.front());
    const SnapshotPointer& snapshot = m_window.workspace().snapshot();
    const ClusterId into = curation::mergeTarget(m_window.workspace().curation().state(), clusters, [&](ClusterId cluster) {
        const ClusterView* view = snapshot->find(cluster);
        return view ? static_cast<std::int64_t>(view->photos) : 0;
    });
    std::erase(clusters, into);
    mergeInto(clusters, into);
}

// Which one is it the same as? Those whose centre is nearest on the map come first.
void CurationCommands::askMerge(ClusterId cluster)
{
    const SnapshotPointer& snapshot = m_window.workspace().snapshot();
    const ClusterView* view = snapshot->find(cluster);
    if (!view)
        return;
    std::vector<ChoicePrompt::Choice> list = choices({cluster});
    std::ranges::stable_sort(list, std::less<>(), [&](const ChoicePrompt::Choice& choice) {
        const QPointF off = snapshot->find(ClusterId{choice.id})->centroid - view->centroid;
        const double far = std::hypot(off.x(), off.y());
        return std::isfinite(far) ? far : std::numeric_limits<double>::max();
    });
    m_prompt->ask({.title = tr("Merge %1 (%2) with…").arg(snapshot->nameOf(cluster), countText(view->photos)), .hint = tr("The most similar clusters come first."),
                      .choices = list, .text = {}, .mayBeNew = false, .newText = {}},
        [this, cluster](const ChoicePrompt::Answer& answer) {
            const ClusterId other{*answer.id};
            const ClusterId into = curation::mergeTarget(m_window.workspace().curation().state(), std::array{cluster, other}, [&](ClusterId c) {
                const ClusterView* found = m_window.workspace().snapshot()->find(c);
                return found ? static_cast<std::int64_t>(found->photos) : 0;
            });
            mergeInto({into == cluster ? other : cluster}, into);
        });
}

void CurationCommands::group()
{
    const std::vector<ClusterId> clusters = chosen();
    std::vector<ChoicePrompt::Choice> groups;
    for (const auto& [id, cluster] : m_window.workspace().curation().state().clusters())
        if (cluster.isGroup && !cluster.mergedInto && cluster.state != project::ClusterState::dissolved)
            groups.push_back({id.value, QString::fromStdString(cluster.name), {}});
    groups.push_back({0, tr("No group"), {}});
    m_prompt->ask({.title = tr("Put %Ln cluster(s) under which group?", nullptr, static_cast<int>(clusters.size())), .hint = tr("Kinds stay apart in a group."), .choices = groups,
                      .text = {}, .mayBeNew = true, .newText = tr("New group “%1”")},
        [this, clusters](const ChoicePrompt::Answer& answer) {
            m_window.workspace().curation().carryOut([&](const State& state) {
                return answer.id ? curation::moveInto(state, clusters, *answer.id ? std::optional(ClusterId{*answer.id}) : std::nullopt)
                                 : curation::newGroup(state, clusters, answer.text.toStdString());
            });
        });
}

void CurationCommands::approve()
{
    if (m_window.review()->isValidating())
        return m_window.review()->answer(true);    // there the picked ones are wrong, and the sheet is what was seen
    for (const ClusterId cluster : chosen()) {
        const std::vector<PhotoId> all = members(cluster);
        m_window.workspace().curation().carryOut([&](const State& state) { return curation::approve(state, cluster, all, m_window.projectView()->gallery().seen(cluster)); });
    }
}

void CurationCommands::dissolve()
{
    for (const ClusterId cluster : chosen()) {
        const std::vector<PhotoId> all = members(cluster);
        if (m_window.workspace().curation().carryOut([&](const State& state) { return curation::dissolve(state, cluster, all); })
            && m_window.selection().cluster() == cluster)
            m_window.selection().showAll();
    }
}

void CurationCommands::restore()
{
    std::vector<ChoicePrompt::Choice> gone;
    for (const auto& [id, cluster] : m_window.workspace().curation().state().clusters())
        if (cluster.state == project::ClusterState::dissolved && !cluster.mergedInto)
            gone.push_back({id.value, cluster.name.empty() ? clusterNumber(id) : QString::fromStdString(cluster.name), {}});
    m_prompt->ask({.title = tr("Which cluster should come back?"), .hint = {}, .choices = gone, .text = {}, .mayBeNew = false, .newText = {}},
        [this](const ChoicePrompt::Answer& answer) {
            m_window.workspace().curation().carryOut([&](const State& state) { return curation::restore(state, ClusterId{*answer.id}); });
        });
}

void CurationCommands::askKey()
{
    const auto clusters = chosen();
    if (clusters.empty())
        return;
    const SnapshotPointer& snapshot = m_window.workspace().snapshot();
    std::vector<ChoicePrompt::Choice> keys;
    for (int key = 1; key <= 9; ++key) {
        QString taken;
        for (const ClusterView& view : snapshot->clusters)
            if (view.key == key)
                taken = tr("now %1").arg(snapshot->nameOf(view.cluster));
        keys.push_back({key, QString::number(key), taken});
    }
    keys.push_back({0, tr("No key"), {}});
    m_prompt->ask({.title = tr("Which key moves photos to %1?").arg(snapshot->nameOf(clusters.front())), .hint = {}, .choices = keys, .text = {}, .mayBeNew = false, .newText = {}},
        [this, cluster = clusters.front()](const ChoicePrompt::Answer& answer) {
            m_window.workspace().curation().carryOut([&](const State& state) { return curation::setKey(state, cluster, static_cast<int>(*answer.id)); });
        });
}

// The photo at hand becomes an example of its kind, or is one no more.
void CurationCommands::pin()
{
    const auto& selection = m_window.selection();
    const PhotoId photo = selection.current() && selection.isPicked(*selection.current()) ? *selection.current() : selection.picked().front();
    m_window.workspace().curation().carryOut([&](const State& state) {
        const auto cluster = place()(photo);
        if (!cluster)
            return Command();
        const bool isPinned = std::ranges::any_of(state.exemplars(), [&](const auto& pin) { return pin.second == photo && state.resolve(pin.first) == state.resolve(*cluster); });
        return isPinned ? curation::unpinExemplar(state, photo, *cluster) : curation::pinExemplar(state, photo, *cluster);
    });
}

void CurationCommands::byKey(int key)
{
    if (m_window.review() && m_window.review()->answerWith(key))
        return;
    for (const ClusterView& view : m_window.workspace().snapshot()->clusters)
        if (view.key == key)
            return assignTo(view.cluster);
}

} // namespace plumage::ui
