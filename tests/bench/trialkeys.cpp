// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/trialkeys.h"

#include "ui/choiceprompt.h"
#include "ui/curationcommands.h"
#include "ui/gallerypanel.h"

#include <QtCore/QThreadPool>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QListWidget>

#include <cstdio>
#include <cstdlib>

using namespace plumage;
using namespace plumage::ui;

// Nothing runs in the pool and nothing is queued, several times in a row.
void TrialKeys::settle()
{
    for (int quiet = 0; quiet < 3;) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents(QEventLoop::AllEvents);
        if (QThreadPool::globalInstance()->activeThreadCount() > 0) {
            quiet = 0;
            QThreadPool::globalInstance()->waitForDone(2);
        } else {
            ++quiet;
        }
    }
}

void TrialKeys::press(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QWidget* to = QApplication::focusWidget();
    if (!to) {
        complain("nothing has the focus: a key is not heard");
        to = QApplication::activeWindow() ? QApplication::activeWindow() : &m_window;
    }
    ++effort.keys;
    QTest::keyClick(to, key, modifiers);
    settle();
}

void TrialKeys::typeLine(const QString& text)
{
    auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    if (!line)
        return complain("a line to type in has not got the focus");
    line->selectAll();
    QTest::keyClicks(line, text);
    effort.keys += text.size();
    settle();
    press(Qt::Key_Return);
    if (!QApplication::activeWindow()) {    // a dialog has closed; offscreen there is no window manager who goes back to the window
        m_window.activateWindow();
        settle();
    }
}

void TrialKeys::goTo(QListView& view, int row, Qt::KeyboardModifiers modifiers)
{
    if (QApplication::focusWidget() != &view) {
        complain(QStringLiteral("the photos have lost the focus to %1").arg(QLatin1String(QApplication::focusWidget() ? QApplication::focusWidget()->metaObject()->className() : "nothing")));
        view.setFocus();
    }
    const int perLine = std::max(1, (view.viewport()->width() - 1) / view.gridSize().width());
    for (int tries = 0; view.currentIndex().row() != row; ++tries) {
        if (tries > 2000)
            return complain("the arrows do not reach a photo");
        const int off = row - view.currentIndex().row();
        const bool line = std::abs(off) >= perLine && tries < 200;
        press(off > 0 ? (line ? Qt::Key_Down : Qt::Key_Right) : (line ? Qt::Key_Up : Qt::Key_Left), modifiers);
    }
}

void TrialKeys::pick(QListView& view, int row)
{
    goTo(view, row);
    press(Qt::Key_Space);
    ++effort.decisions;
    if (!view.selectionModel()->isSelected(view.model()->index(row, 0)))
        complain("Space does not pick");
}

void TrialKeys::pickRun(QListView& view, int first, int last)
{
    goTo(view, first);
    if (!view.selectionModel()->isSelected(view.currentIndex()))
        press(Qt::Key_Space);
    goTo(view, last, Qt::ShiftModifier);
    ++effort.decisions;
    if (m_window.selection().picked().size() != static_cast<std::size_t>(last - first + 1))
        complain(QStringLiteral("Shift and arrows pick %1 photos instead of %2").arg(m_window.selection().picked().size()).arg(last - first + 1));
}

void TrialKeys::moveTo(const QString& kind)
{
    const auto before = m_window.workspace().curation().state().labelCount();
    const auto picked = static_cast<std::int64_t>(m_window.selection().picked().size());
    ++effort.decisions;
    if (const auto digit = m_digits.find(kind); digit != m_digits.end()) {
        press(static_cast<Qt::Key>(Qt::Key_0 + digit->second));
    } else {
        press(Qt::Key_T);
        typeName(kind);
    }
    if (m_window.workspace().curation().state().labelCount() != before + picked)
        complain(QStringLiteral("a move of %1 photos changed %2 labels").arg(picked).arg(m_window.workspace().curation().state().labelCount() - before));
}

bool TrialKeys::call(const QString& kind)
{
    const ClusterId cluster = *m_window.selection().cluster();
    ++effort.decisions;
    press(Qt::Key_F2);
    typeName(kind);
    return m_window.workspace().curation().state().resolve(cluster) != cluster;
}

void TrialKeys::giveDigit(const QString& kind)
{
    if (m_digits.contains(kind) || m_digits.size() == 9)
        return;
    const int digit = static_cast<int>(m_digits.size()) + 1;
    m_digits[kind] = digit;
    ++effort.decisions;
    press(Qt::Key_K, Qt::ShiftModifier);
    typeLine(QString::number(digit));
}

// Types until the lit choice is the wanted one; a new name whole.
void TrialKeys::typeName(const QString& kind)
{
    auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    auto* list = m_commands.curation().prompt().findChild<QListWidget*>();
    if (!line || !m_commands.curation().prompt().isVisible())
        return complain("no name is asked for");
    const bool isKnown = m_window.workspace().curation().state().byName(kind.toStdString()).has_value();
    const auto isLit = [&] {
        const QString lit = list->currentItem() ? list->currentItem()->text() : QString();
        return isKnown ? lit == kind || lit.startsWith(kind + QStringLiteral("   ")) : list->currentItem() && list->currentItem()->data(Qt::UserRole + 1).toBool();
    };
    for (const QChar letter : kind) {
        if (isKnown && isLit() && line->text() != line->selectedText())
            break;
        QTest::keyClick(line, letter.toLatin1());
        ++effort.keys;
    }
    for (int tries = 0; !isLit() && tries < list->count(); ++tries)
        press(Qt::Key_Down);
    if (!isLit())
        complain(QStringLiteral("%1 cannot be reached in the list of names").arg(kind));
    press(Qt::Key_Return);
}

void TrialKeys::filter(GalleryPanel& gallery, GalleryModel::Filter wanted)
{
    if (gallery.model().filter() == wanted)
        return;
    const auto isFilter = [] { return qobject_cast<QComboBox*>(QApplication::focusWidget()) && QApplication::focusWidget()->accessibleName() == QStringLiteral("Which photos"); };
    for (int tries = 0; !isFilter() && tries < 12; ++tries)
        press(Qt::Key_Backtab, Qt::ShiftModifier);
    if (!isFilter())
        return complain("the filter of the gallery cannot be reached by Tab");
    for (int tries = 0; gallery.model().filter() != wanted && tries < 5; ++tries)
        press(Qt::Key_Down);
    for (int tries = 0; QApplication::focusWidget() != &gallery.view() && tries < 12; ++tries)
        press(Qt::Key_Tab);
}

QString TrialKeys::kindOf(PhotoId photo)
{
    const auto& photos = *m_window.workspace().snapshot()->photos;
    return QString::fromStdString(photos.list().folder(*photos.row(photo)));
}

void TrialKeys::complain(const QString& about)
{
    if (++m_complaints[about] == 1)
        std::printf("! %s\n", qPrintable(about));
}

void TrialKeys::printComplaints() const
{
    for (const auto& [about, times] : m_complaints)
        std::printf("! %s (%d times)\n", qPrintable(about), times);
}
