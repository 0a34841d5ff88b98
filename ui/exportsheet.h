// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/exportcounts.h"

#include <QtCore/QPointer>
#include <QtWidgets/QFrame>

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace plumage::ui {

// What the person wants to take away.
struct ExportChoice {
    enum Format { Csv, Folders, Coco };
    enum Which { Named, Chosen, All };
    enum Link { Hard, Symbolic, Copy };
    Format format = Csv;
    Which which = Named;
    bool checkedOnly = false;
    double minConfidence = 0;    // of machine labels, 0..1
    Link link = Hard;
};

// Export over the page, not modal: options, the exact counts, and the first rows as they will be written. Computes nothing itself.
class ExportSheet final : public QFrame
{
    Q_OBJECT
public:
    explicit ExportSheet(QWidget* parent);
    void ask(int chosenClusters);    // of the clusters panel; 0: that choice is off
    ExportChoice choice() const;
    void setChoice(const ExportChoice& choice);
    void showPreview(const ExportCounts& counts, const QString& firstRows);
    void showBusy();
    QString countsText() const;

Q_SIGNALS:
    void changed();                  // another choice: the preview is wanted
    void writeWanted();
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void place();

    QComboBox *m_format, *m_which, *m_link;
    QCheckBox* m_checkedOnly;
    QSpinBox* m_confidence;
    QLabel *m_counts, *m_linkLabel;
    QPlainTextEdit* m_preview;
    QPushButton* m_write;
    QPointer<QWidget> m_focusBefore;
};

} // namespace plumage::ui
