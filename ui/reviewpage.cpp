// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/reviewpage.h"

#include "core/curation/commands.h"
#include "ui/actionregistry.h"
#include "ui/candidatecard.h"
#include "ui/gallerydelegate.h"
#include "ui/gallerymodel.h"
#include "ui/generatedpicture.h"
#include "ui/loupe.h"
#include "ui/reviewbar.h"
#include "ui/selection.h"
#include "ui/thumbnailcache.h"
#include "ui/workspace.h"

#include <QtCore/QLocale>
#include <QtCore/QScopedValueRollback>
#include <QtCore/QTimer>
#include <QtGui/QAction>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <array>

namespace plumage::ui {
namespace {

constexpr int candidatesAtMost = 3;    // as many cards
constexpr int listWidth = 190, pictureSide = 72;            // pixels at 96 dpi
constexpr std::array tileSizes{320, 200, 140, 96, 80, 72, 64};             // the largest of which a sheet fits whole: what is answered about is to be seen

} // namespace

ReviewPage::ReviewPage(Workspace& workspace, Selection& selection, ThumbnailCache& thumbnails, const ActionRegistry& actions, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_selection(selection), m_thumbnails(thumbnails), m_effort(workspace.curation()), m_model(new GalleryModel(selection, this)),
      m_delegate(new GalleryDelegate(thumbnails, selection, this)), m_sheet(new QListView), m_loupe(new Loupe(selection, thumbnails)), m_stack(new QStackedLayout), m_list(new QListWidget), m_question(new QLabel), m_yes(new QLabel), m_no(new QLabel),
      m_foot(new QLabel), m_left(new GeneratedPicture), m_right(new GeneratedPicture), m_bar(new ReviewBar)
{
    buildUi(actions);
    m_model->setManual();
    connect(&m_queues, &ReviewQueues::changed, this, [this] {
        showQueues();
        if (!m_asking && isVisible())
            ask();
    });
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
        if (!m_following && row >= 0)
            chooseQueue(static_cast<ReviewQueues::Queue>(row));
    });
    connect(m_sheet->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ReviewPage::takePicked);
    connect(m_sheet->selectionModel(), &QItemSelectionModel::currentChanged, this, &ReviewPage::takePicked);
    connect(&m_selection, &Selection::pickedChanged, this, &ReviewPage::showPicked);
    connect(&m_thumbnails, &ThumbnailCache::thumbnailsArrived, m_sheet->viewport(), qOverload<>(&QWidget::update));
    connect(actions.action(QStringLiteral("review.yes")), &QAction::triggered, this, [this] { answer(true); });
    connect(actions.action(QStringLiteral("review.no")), &QAction::triggered, this, [this] { answer(false); });
    connect(actions.action(QStringLiteral("review.later")), &QAction::triggered, this, &ReviewPage::later);
    connect(m_loupe, &Loupe::closeWanted, this, &ReviewPage::toggleLoupe);
    connect(m_loupe, &Loupe::stepWanted, this, [this](int by) { stepTo(m_sheet->currentIndex().row() + by); });
    m_sheet->installEventFilter(this);
    actions.attachOneKey(*m_sheet);
    actions.attachOneKey(*m_loupe);
}

void ReviewPage::buildUi(const ActionRegistry& actions)
{
    m_list->setFixedWidth(listWidth);
    m_list->setAccessibleName(tr("Queues"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setSpacing(4);
    for (int queue = 0; queue < ReviewQueues::count; ++queue)
        m_list->addItem(QString());
    m_sheet->setModel(m_model);
    m_sheet->setItemDelegate(m_delegate);
    m_sheet->setViewMode(QListView::IconMode);
    m_sheet->setUniformItemSizes(true);
    m_sheet->setMovement(QListView::Static);
    m_sheet->setResizeMode(QListView::Adjust);
    m_sheet->setSelectionMode(QAbstractItemView::MultiSelection);    // a click or Space picks what is wrong
    m_sheet->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_sheet->setFrameShape(QFrame::NoFrame);
    m_sheet->setAccessibleName(tr("Photos in question"));
    QFont large = m_question->font();
    large.setBold(true);
    large.setPointSizeF(large.pointSizeF() * 1.2);
    m_question->setFont(large);
    m_question->setWordWrap(true);
    m_foot->setForegroundRole(QPalette::PlaceholderText);
    for (GeneratedPicture* picture : {m_left, m_right})
        picture->setFixedSize(pictureSide, pictureSide);

    auto* head = new QHBoxLayout;
    head->addWidget(m_left);
    head->addWidget(m_right);
    head->addWidget(m_question, 1);
    auto* buttons = new QHBoxLayout;
    for (const auto& [id, label] : {std::pair{"review.yes", m_yes}, {"review.no", m_no}, {"review.later", static_cast<QLabel*>(nullptr)}}) {
        QAction* action = actions.action(QLatin1String(id));
        auto* button = new QToolButton;
        button->setMinimumSize(72, 32);
        button->setFocusPolicy(Qt::NoFocus);    // the keys belong to the photos
        connect(button, &QToolButton::clicked, action, &QAction::trigger);
        button->setText(QStringLiteral("%1  %2").arg(QLatin1String(id) == QLatin1String("review.yes") ? tr("Yes") : QLatin1String(id) == QLatin1String("review.no") ? tr("No") : tr("Later"), ActionRegistry::keyText(*action)));
        button->setAccessibleName(button->text());
        buttons->addWidget(button);
        if (label)
            buttons->addWidget(label);
        buttons->addSpacing(12);
        m_buttons.push_back(button);
    }
    buttons->addStretch(1);
    auto* column = new QVBoxLayout;
    column->setContentsMargins(12, 8, 8, 4);
    column->addLayout(head);
    column->addWidget(m_bar);
    auto* cards = new QHBoxLayout;
    for (int key = 1; key <= candidatesAtMost; ++key) {
        m_cards.push_back(new CandidateCard(key, m_thumbnails));
        cards->addWidget(m_cards.back());
        connect(m_cards.back(), &CandidateCard::chosen, this, [this, key] { answerWith(key); });
    }
    column->addLayout(cards);
    column->addLayout(m_stack, 1);
    column->addLayout(buttons);
    column->addWidget(m_foot);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_list);
    layout->addLayout(column, 1);    // first a parent: a stack shows its widgets at once
    m_stack->addWidget(m_sheet);
    m_stack->addWidget(m_loupe);
    showNothing();
}

void ReviewPage::takePicked()
{
    if (m_following)
        return;
    std::vector<PhotoId> picked;
    for (const QModelIndex& index : m_sheet->selectionModel()->selectedIndexes())
        picked.push_back(m_model->photo(index.row()));
    if (picked.size() > m_selection.picked().size())
        m_effort.count();
    m_selection.pick(std::move(picked), current());
}

// The sheet shows the window's picks, whoever changed them: what was moved by a key is picked no more.
void ReviewPage::showPicked()
{
    if (m_following || !isVisible())
        return;
    const QScopedValueRollback guard(m_following, true);
    QItemSelection items;
    for (const PhotoId photo : m_selection.picked())
        if (const QModelIndex index = m_model->indexOf(photo); index.isValid())
            items.select(index, index);
    m_sheet->selectionModel()->select(items, QItemSelectionModel::ClearAndSelect);
    m_sheet->viewport()->update();
}

std::optional<PhotoId> ReviewPage::current() const
{
    const QModelIndex at = m_sheet->currentIndex();
    return at.isValid() ? std::optional(m_model->photo(at.row())) : std::nullopt;
}

void ReviewPage::toggleLoupe()
{
    const bool isShown = m_stack->currentWidget() == m_loupe;
    if (!isShown && !m_sheet->currentIndex().isValid())
        return;
    m_stack->setCurrentWidget(isShown ? static_cast<QWidget*>(m_sheet) : m_loupe);
    m_stack->currentWidget()->setFocus();
    if (!isShown)
        stepTo(m_sheet->currentIndex().row());
}

void ReviewPage::stepTo(int row)
{
    if (row < 0 || row >= m_model->rowCount())
        return;
    m_sheet->selectionModel()->setCurrentIndex(m_model->index(row), QItemSelectionModel::NoUpdate);
    m_loupe->showPhoto(m_model->photo(row));
}

// The loupe leaves Space to the page: it picks what is seen.
void ReviewPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Space || m_stack->currentWidget() != m_loupe)
        return QWidget::keyPressEvent(event);
    m_sheet->selectionModel()->select(m_sheet->currentIndex(), QItemSelectionModel::Toggle);
    m_loupe->update();
}

void ReviewPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_effort.start();    // what was decided elsewhere meanwhile does not count here
    if (m_workspace.isOpen())
        setSnapshot(m_workspace.snapshot());
    if (m_asking && m_queue == ReviewQueues::Doubt)
        m_selection.pick(m_sheetPhotos, m_sheetPhotos.front());
    m_sheet->setFocus();
}

void ReviewPage::leave()
{
    if (m_queue == ReviewQueues::Doubt)
        m_selection.pick({});
}

void ReviewPage::setSnapshot(const SnapshotPointer& snapshot)
{
    const bool other = !m_snapshot || !snapshot || m_snapshot->photos->sharedList() != snapshot->photos->sharedList();
    if (m_asking && !m_answering && isVisible() && !other && m_snapshot != snapshot && m_snapshot->step == snapshot->step)
        m_effort.count();    // by a key of its own, not by an answer
    m_snapshot = snapshot;
    if (!isVisible() && !other)
        return;    // counted when it is looked at
    {
        const QScopedValueRollback guard(m_following, true);
        m_model->setSnapshot(snapshot);
        m_loupe->setSnapshot(snapshot);
        if (other)
            m_model->setRows({});
    }
    if (other)
        m_asking = false;
    if (!isVisible() && snapshot)
        return;    // what waits is found when somebody asks: it takes memory and a core
    m_queues.setSnapshot(snapshot, m_workspace.curation().state());
    showQueues();
    m_asking = m_asking && isStillAsked();
    if (m_asking) {
        m_question->setText(m_text ? m_text() : QString());
        dropDecided();
    } else if (isVisible()) {
        ask();
    }
}

// What got its place by a key of its own leaves the sheet, and comes back with undo.
void ReviewPage::dropDecided()
{
    if (m_queue == ReviewQueues::Duplicates)
        return;    // shows checked photos too
    const curation::State& state = m_workspace.curation().state();
    std::vector<std::uint32_t> rows;
    for (const PhotoId photo : m_sheetPhotos)
        if (const auto row = m_snapshot->photos->row(photo); row && !state.label(photo) && !state.isAway(photo) && !state.isRejected(photo, m_a))
            rows.push_back(static_cast<std::uint32_t>(*row));
    if (rows == m_model->rows())
        return;
    const int at = std::min(std::max(0, m_sheet->currentIndex().row()), static_cast<int>(rows.size()) - 1);
    {
        const QScopedValueRollback guard(m_following, true);
        m_model->setRows(std::move(rows));
        m_sheet->selectionModel()->setCurrentIndex(m_model->index(at), QItemSelectionModel::NoUpdate);
    }
    if (m_stack->currentWidget() == m_loupe)
        at < 0 ? toggleLoupe() : stepTo(at);
    showPicked();
}

void ReviewPage::showQueues()
{
    const QScopedValueRollback guard(m_following, true);
    const QString names[] = {tr("Duplicates"), tr("Validate"), tr("Grow"), tr("Doubt"), tr("Suggestions"), tr("Changed")};
    for (int queue = 0; queue < ReviewQueues::count; ++queue)
        m_list->item(queue)->setText(QStringLiteral("%1  (%2)").arg(names[queue], QLocale().toString(static_cast<qlonglong>(m_queues.waiting(static_cast<ReviewQueues::Queue>(queue))))));
    m_list->setCurrentRow(m_queue);
    m_foot->setText(m_effort.today());
}

void ReviewPage::chooseQueue(ReviewQueues::Queue queue)
{
    m_queue = queue;
    m_asking = false;
    m_grow.reset();
    showQueues();
    ask();
}

QString ReviewPage::question() const
{
    return m_question->text();
}

void ReviewPage::showNothing()
{
    m_asking = false;
    m_candidates.clear();
    showSheet({}, [this] { return m_snapshot && m_snapshot->hasClusters() ? tr("Nothing waits here. Choose another queue.") : tr("Nothing waits here yet: start training, or give photos labels."); }, {}, {});
    m_bar->hide();
}

void ReviewPage::showSheet(const std::vector<PhotoId>& photos, const Text& question, const QString& yes, const QString& no)
{
    if (m_stack->currentWidget() == m_loupe)
        toggleLoupe();    // all of a new question, first
    m_sheetPhotos = photos;
    m_text = question;
    std::vector<std::uint32_t> rows;
    for (const PhotoId photo : photos)
        if (const auto row = m_snapshot->photos->row(photo))
            rows.push_back(static_cast<std::uint32_t>(*row));
    {
        const QScopedValueRollback guard(m_following, true);
        if (m_snapshot)
            m_model->setRows(std::move(rows));
        m_sheet->selectionModel()->setCurrentIndex(m_model->index(0), QItemSelectionModel::NoUpdate);    // Space works at once
    }
    if (!photos.empty() && m_a.value != 0 && m_queue != ReviewQueues::Doubt)
        m_selection.showCluster(m_a);    // F2 and all other keys of clusters mean the one in question
    m_selection.pick(m_queue == ReviewQueues::Doubt ? photos : std::vector<PhotoId>(), photos.empty() ? std::nullopt : std::optional(photos.front()));
    m_thumbnails.want(ThumbnailCache::Asker::Gallery, photos);
    m_question->setText(question());
    m_yes->setText(yes);
    m_no->setText(no);
    for (const auto& [picture, cluster] : {std::pair{m_left, m_a}, {m_right, m_b}}) {
        const QImage drawn = m_snapshot && !photos.empty() ? m_snapshot->prototype(cluster) : QImage();
        picture->setVisible(!drawn.isNull() && m_queue != ReviewQueues::Doubt);
        picture->setPicture(drawn);
    }
    m_bar->setVisible(m_grow.has_value() && !m_growDone);
    for (QWidget* button : m_buttons)
        button->setVisible(!photos.empty());
    showCandidates();
    fitTiles();
    if (!photos.empty())
        Q_EMIT questionShown();
}

bool ReviewPage::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_sheet && event->type() == QEvent::Resize)
        QTimer::singleShot(0, this, &ReviewPage::fitTiles);
    return QWidget::eventFilter(object, event);
}

void ReviewPage::fitTiles()
{
    const int photos = static_cast<int>(m_sheetPhotos.size()), wide = m_sheet->width() - 4, high = m_sheet->height() - 4;
    const auto fits = [&](int size) { return (photos + std::max(1, wide / (size + 6)) - 1) / std::max(1, wide / (size + 6)) * (size + 6) <= high; };
    const auto found = std::ranges::find_if(tileSizes, fits);
    const int size = found == tileSizes.end() ? tileSizes.back() : *found;
    m_delegate->setTileSize(size);
    m_sheet->setGridSize({size + 6, size + 6});
}

void ReviewPage::ask()
{
    m_grow.reset();
    m_growDone = false;
    if (!m_effort.isBegun())
        m_effort.start();
    m_a = m_b = {};
    m_candidates.clear();
    ++m_generation;
    if (!m_snapshot || m_queues.waiting(m_queue) == 0)
        return showNothing();
    m_asking = true;
    switch (m_queue) {
    case ReviewQueues::Duplicates: return askDuplicates();
    case ReviewQueues::Validate: return askValidate();
    case ReviewQueues::Grow: return askGrow();
    case ReviewQueues::Doubt: return askDoubt();
    case ReviewQueues::Suggestions: return askSuggestions();
    case ReviewQueues::Changed: return askChanged();
    }
}

void ReviewPage::later()
{
    if (!m_asking || !isVisible())
        return;
    m_queues.later(m_queue, currentKey());
    m_asking = false;
    setSnapshot(m_snapshot);
}

bool ReviewPage::takeBack()
{
    if (!isVisible() || !m_grow || !m_grow->takeBack())
        return false;
    m_growDone = false;
    m_effort.count();
    showGrowPage();
    return true;
}

} // namespace plumage::ui
