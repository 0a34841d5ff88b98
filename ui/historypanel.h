// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QListWidget;
class QToolButton;

namespace plumage::ui {

class Curation;

// The journal, newest first: what was decided and when; what was undone is struck out and can be redone. GUI thread only.
class HistoryPanel final : public QWidget
{
    Q_OBJECT
public:
    static constexpr int shownEntries = 500;

    explicit HistoryPanel(Curation& curation, QWidget* parent = nullptr);
    QListWidget& list() { return *m_list; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void goBackToHere();

    Curation& m_curation;
    QListWidget* m_list;
    QToolButton* m_back;
};

} // namespace plumage::ui
