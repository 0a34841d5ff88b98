// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QImage>
#include <QtWidgets/QWidget>

class QPainter;

namespace plumage::ui {

// Shows a picture that the network drew: violet dashed frame, a diamond in the corner, from 96 px on the word. Nothing else may show one, and this shows
// nothing else: generated pictures are evidence about the model, never about nature.
class GeneratedPicture final : public QWidget
{
    Q_OBJECT
public:
    explicit GeneratedPicture(QWidget* parent = nullptr);
    void setPicture(const QImage& picture);    // null: an empty frame
    QSize sizeHint() const override { return {96, 96}; }

    // The same for delegates and plots. `dimmed`: the picture is older than what was asked for.
    static void paint(QPainter& painter, const QRect& box, const QImage& picture, const QPalette& palette, bool dimmed = false);
    static QString explanation();    // the tooltip

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QImage m_picture;
};

} // namespace plumage::ui
