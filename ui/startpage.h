// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QGridLayout;
class QLabel;

namespace plumage::ui {

// The first page: three big buttons, the projects that were open last, and what this computer can do.
class StartPage final : public QWidget
{
    Q_OBJECT
public:
    explicit StartPage(QWidget* parent = nullptr);
    void refresh();    // reads the recent projects again

Q_SIGNALS:
    void openFolderWanted();
    void openProjectWanted();
    void demoWanted();
    void projectWanted(const QString& path);

private:
    void loadCover(QWidget* card, const QString& path);

    QWidget* m_recent;    // holds the cards
    QGridLayout* m_cards;
    QLabel* m_recentTitle;
};

} // namespace plumage::ui
