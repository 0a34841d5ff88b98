// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/historypanel.h"

#include "core/text/commandtext.h"
#include "ui/curation.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QToolButton>

namespace plumage::ui {
namespace {

constexpr int idRole = Qt::UserRole, undoneRole = Qt::UserRole + 1;

} // namespace

HistoryPanel::HistoryPanel(Curation& curation, QWidget* parent) : QWidget(parent), m_curation(curation), m_list(new QListWidget), m_back(new QToolButton)
{
    m_list->setAccessibleName(tr("What was decided, newest first"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setWordWrap(true);
    m_list->setSpacing(3);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_back->setText(tr("Go back to here"));
    m_back->setToolTip(tr("Undoes everything above the chosen line, or does again what was undone up to it."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 4);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_back, 0, Qt::AlignHCenter);
    connect(m_back, &QToolButton::clicked, this, &HistoryPanel::goBackToHere);
    connect(m_list, &QListWidget::itemActivated, this, &HistoryPanel::goBackToHere);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) { m_back->setEnabled(row >= 0 && m_curation.canWrite()); });
    connect(&m_curation, &Curation::changed, this, [this] {
        if (isVisible())
            refresh();
    });
}

void HistoryPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void HistoryPanel::refresh()
{
    m_list->clear();
    m_back->setEnabled(false);
    for (const project::JournalEntry& entry : m_curation.journal(shownEntries)) {
        const QString when = QLocale().toString(QDateTime::fromMSecsSinceEpoch(entry.madeAtMs), QLocale::ShortFormat);
        QString what = text::historyText(entry.facts);
        what[0] = what[0].toUpper();
        auto* item = new QListWidgetItem(QStringLiteral("%1\n%2").arg(what, entry.undone ? tr("%1, undone").arg(when) : when), m_list);
        item->setData(idRole, static_cast<qlonglong>(entry.id));
        item->setData(undoneRole, entry.undone);
        QFont font = item->font();
        font.setStrikeOut(entry.undone);
        item->setFont(font);
        if (entry.undone)
            item->setForeground(palette().color(QPalette::PlaceholderText));
    }
}

void HistoryPanel::goBackToHere()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return;
    const qlonglong target = item->data(idRole).toLongLong();
    const bool again = item->data(undoneRole).toBool();
    m_curation.goTo(target, again);
}

} // namespace plumage::ui
