// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/review/grow.h"
#include "core/review/validate.h"
#include "ui/revieweffort.h"
#include "ui/reviewqueues.h"

#include <QtWidgets/QWidget>

#include <functional>
#include <optional>

class QLabel;
class QListView;
class QListWidget;
class QStackedLayout;

namespace plumage::ui {

class ActionRegistry;
class CandidateCard;
class GalleryDelegate;
class GalleryModel;
class GeneratedPicture;
class Loupe;
class ReviewBar;
class Selection;
class ThumbnailCache;
class Workspace;

// Review: one question at a time about a sheet of photos, answered by one key. Left the queues, in the centre question, sheet and answers. Picks are the window's
// own, so every key of the gallery works here too. GUI thread only; likeness is computed in jobs.
class ReviewPage final : public QWidget
{
    Q_OBJECT
public:
    ReviewPage(Workspace& workspace, Selection& selection, ThumbnailCache& thumbnails, const ActionRegistry& actions, QWidget* parent = nullptr);
    void setSnapshot(const SnapshotPointer& snapshot);    // after every snapshot and decision
    ReviewQueues& queues() { return m_queues; }
    QListView& sheet() { return *m_sheet; }
    std::optional<PhotoId> current() const;    // the photo at hand
    Loupe& loupe() { return *m_loupe; }
    void toggleLoupe();    // the photo at hand, large, over the sheet
    GalleryModel& model() { return *m_model; }
    void chooseQueue(ReviewQueues::Queue queue);
    QString question() const;
    ReviewQueues::Queue queue() const { return m_queue; }
    void leave();    // before another page is shown: the person did not pick the photo in doubt, no key may act on it there
    bool isValidating() const { return m_asking && m_queue == ReviewQueues::Validate && isVisible(); }
    void answer(bool yes);
    std::optional<ClusterId> candidate(int key) const;    // what the key means while a doubtful photo is asked about
    bool answerWith(int key);                             // the photo is of that kind; false: no such candidate
    void later();
    bool takeBack();    // the last answer inside Grow; false: undo takes back a stored decision

Q_SIGNALS:
    void questionShown();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void buildUi(const ActionRegistry& actions);
    void showQueues();
    void ask();
    void askDuplicates();
    void askValidate();
    void askGrow();
    void askDoubt();
    void askChanged();
    void askSuggestions();
    void showCandidates();
    std::string currentKey() const;
    void showGrowPage();
    void finishGrow();
    using Text = std::function<QString()>;    // names may change while it is asked
    void showSheet(const std::vector<PhotoId>& photos, const Text& question, const QString& yes, const QString& no);
    void fitTiles();
    void showPicked();
    void takePicked();
    void stepTo(int row);
    bool isStillAsked() const;
    bool isSentAway(PhotoId photo) const;
    void dropDecided();
    void showNothing();
    void answerDuplicates(bool yes);
    void answerValidate(bool yes);
    void answerGrow(bool yes);
    void answerDoubt(bool yes);
    void placeDoubtful(ClusterId cluster);
    void answerChanged(bool yes);
    void answerSuggestions(bool yes);
    void logEffort(const char* loop);
    std::vector<std::uint32_t> rowsOf(ClusterId cluster, bool uncheckedOnly) const;
    std::vector<PhotoId> photosOf(const std::vector<std::uint32_t>& rows) const;
    QString countText(std::size_t photos) const;

    Workspace& m_workspace;
    Selection& m_selection;
    ThumbnailCache& m_thumbnails;
    ReviewQueues m_queues;
    ReviewEffort m_effort;
    GalleryModel* m_model;
    GalleryDelegate* m_delegate;
    QListView* m_sheet;
    Loupe* m_loupe;
    QStackedLayout* m_stack;
    QListWidget* m_list;
    QLabel *m_question, *m_yes, *m_no, *m_foot;
    GeneratedPicture *m_left, *m_right;
    ReviewBar* m_bar;
    std::vector<QWidget*> m_buttons;
    std::vector<CandidateCard*> m_cards;
    ReviewQueues::Queue m_queue = ReviewQueues::Validate;
    SnapshotPointer m_snapshot;
    // ---- the question in hand
    bool m_asking = false;
    ClusterId m_a{}, m_b{};
    review::Validation m_validation;
    std::optional<review::Grow> m_grow;
    bool m_growDone = false;                 // its outcome waits for a last Yes
    review::Cohort m_cohort;
    std::vector<ClusterId> m_candidates;     // of the photo in doubt, likeliest first
    std::vector<PhotoId> m_sheetPhotos;
    Text m_text;
    quint64 m_generation = 0;
    bool m_following = false, m_answering = false;
};

} // namespace plumage::ui
