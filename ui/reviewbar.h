// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/review/grow.h"

#include <QtWidgets/QWidget>

namespace plumage::ui {

// The pages of Grow as a row of boxes: seen yes bright, following yes dark, open hatched, no outlined; the page in question has a frame.
class ReviewBar final : public QWidget
{
    Q_OBJECT
public:
    explicit ReviewBar(QWidget* parent = nullptr);
    void show(const std::vector<review::Grow::Page>& pages, std::size_t current);
    QSize sizeHint() const override { return {300, 22}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<review::Grow::Page> m_pages;
    std::size_t m_current = 0;
};

} // namespace plumage::ui
