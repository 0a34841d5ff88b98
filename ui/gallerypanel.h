// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/photofacts.h"
#include "ui/photogrid.h"
#include "ui/snapshotview.h"

#include <QtWidgets/QWidget>

#include <unordered_set>
#include <vector>

class QComboBox;
class QLabel;
class QStackedLayout;
class QToolButton;

namespace plumage::ui {

class GalleryDelegate;
class GalleryModel;
class LookAlikes;
class Loupe;
class Selection;
class ThumbnailCache;

// The photos of the chosen cluster, of a selection, or all. Reports what is in view to the thumbnail cache: visible first, then two screens ahead.
class GalleryPanel final : public QWidget
{
    Q_OBJECT
public:
    GalleryPanel(Selection& selection, ThumbnailCache& thumbnails, QWidget* parent = nullptr);
    void setSnapshot(SnapshotPointer snapshot);
    GalleryModel& model() { return *m_model; }
    PhotoGrid& view() { return *m_view; }
    void setTileSize(int pixels);
    std::vector<PhotoId> seen(ClusterId cluster) const;    // its photos that have been on screen since the project was opened
    void setNoPhotosText(const QString& text);    // instead of a project's photos
    LookAlikes& lookAlikes() { return *m_lookAlikes; }
    void setFacts(std::shared_ptr<const PhotoFacts> facts);
    void setNewcomers(std::vector<PhotoId> photos);
    void showLookAlikes();    // of the picked photos, among all that are shown; they come first
    void nextOrder();
    void toggleLoupe();
    void takeFocus();
    bool isLoupeShown() const;
    QWidget* loupe() const;

Q_SIGNALS:
    void factsWanted();                                    // setFacts() answers

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void buildHeader(QWidget& header);
    void scopeChanged();
    void showInStack(QWidget* widget);
    void showPicked();
    void takePicked();
    void wantVisible();
    void rememberSeen();
    void takeOrder(int order);
    void arrange();
    void step(int by);
    void updateHeader();

    Selection& m_selection;
    ThumbnailCache& m_thumbnails;
    GalleryModel* m_model;
    GalleryDelegate* m_delegate;
    PhotoGrid* m_view;
    QStackedLayout* m_stack;
    QLabel *m_title, *m_empty, *m_sizeLabel;
    QString m_noPhotosText;
    QToolButton* m_showAll;
    QComboBox *m_order, *m_filter;
    LookAlikes* m_lookAlikes;
    Loupe* m_loupe;
    std::vector<PhotoId> m_seeds;    // what the photos are sorted by likeness to
    std::unordered_set<PhotoId> m_seen;
    int m_sizeStep = 2;
    bool m_following = false;    // while the view follows the selection, it must not write it
    bool m_leading = false;      // the selection follows the view, which shows it already
};

} // namespace plumage::ui
