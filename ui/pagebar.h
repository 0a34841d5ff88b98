// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QAction;
class QHBoxLayout;
class QLabel;

namespace plumage::ui {

class ActionRegistry;

// The bar at the top: the project, the pages, start or pause.
class PageBar final : public QWidget
{
    Q_OBJECT
public:
    explicit PageBar(const ActionRegistry& actions, QWidget* parent = nullptr);
    void setProject(const QString& name, const QString& subtitle);

private:
    void addButton(QHBoxLayout& layout, QAction* action);

    QLabel *m_name, *m_subtitle;
};

} // namespace plumage::ui
