// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/effortcommands.h"

#include "core/base/error.h"
#include "core/exchange/exporteffort.h"
#include "core/text/errortext.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/paths.h"

#include <QtCore/QDir>
#include <QtGui/QAction>
#include <QtWidgets/QFileDialog>

namespace plumage::ui {
namespace {

const QString topic = QStringLiteral("effort");

} // namespace

EffortCommands::EffortCommands(MainWindow& window) : QObject(&window), m_window(window)
{
    const auto action = [&](const char* id) { return m_window.actions().action(QLatin1String(id)); };
    connect(action("effort.keep"), &QAction::triggered, this, &EffortCommands::keep);
    connect(action("effort.save"), &QAction::triggered, this, &EffortCommands::askPlace);
    connect(action("effort.erase"), &QAction::triggered, this, &EffortCommands::askErase);
    connect(&m_window.workspace(), &Workspace::opened, this, &EffortCommands::refresh);
    connect(&m_window.workspace(), &Workspace::closed, this, &EffortCommands::refresh);
    refresh();
}

void EffortCommands::refresh()
{
    Curation& curation = m_window.workspace().curation();
    const bool open = m_window.workspace().isOpen() && curation.library();
    for (const char* id : {"effort.keep", "effort.erase"})
        m_window.actions().action(QLatin1String(id))->setEnabled(open && curation.canWrite());
    m_window.actions().action(QStringLiteral("effort.save"))->setEnabled(open);
    m_window.actions().action(QStringLiteral("effort.keep"))->setChecked(open && curation.library()->keepsEffort());
}

void EffortCommands::refuse(const Error& error)
{
    m_window.messages().post({topic, Severity::Error, text::errorText(error), {}});
}

void EffortCommands::keep(bool keeps)
{
    try {
        m_window.workspace().curation().library()->setKeepsEffort(keeps);
    } catch (const Error& error) {
        refuse(error);
    }
    refresh();
}

void EffortCommands::askPlace()
{
    auto* dialog = new QFileDialog(&m_window, tr("Where to write"), QDir::home().filePath(m_window.workspace().name() + QStringLiteral("-effort.csv")));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, this, &EffortCommands::saveTo);
    dialog->open();
}

void EffortCommands::saveTo(const QString& file)
{
    try {
        const auto effort = m_window.workspace().curation().library()->effort();
        exchange::exportEffort(effort, toPath(file));
        m_window.messages().post({topic, Severity::Info, tr("Wrote %Ln line(s) to %1.", nullptr, static_cast<int>(effort.size())).arg(QDir::toNativeSeparators(file)), {}, 8000});
    } catch (const Error& error) {
        refuse(error);
    }
}

void EffortCommands::askErase()
{
    m_window.messages().post({topic, Severity::Warning, tr("Erase the log of your work? Labels stay; the log cannot be brought back."), {{tr("Erase the log"), [this] { erase(); }}}});
}

void EffortCommands::erase()
{
    try {
        m_window.workspace().curation().library()->eraseEffort();
        m_window.messages().post({topic, Severity::Info, tr("The log of your work is empty now."), {}, 5000});
    } catch (const Error& error) {
        refuse(error);
    }
}

} // namespace plumage::ui
