// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/revieweffort.h"

#include "ui/curation.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>

#include <algorithm>

namespace plumage::ui {

void ReviewEffort::start()
{
    m_decisions = 0;
    m_labels = m_curation.state().labelCount();
    m_since.start();
}

void ReviewEffort::log(const char* loop)
{
    project::Library* library = m_curation.library();
    if (!library || !m_curation.canWrite())
        return;
    const std::int64_t photos = std::max<std::int64_t>(0, m_curation.state().labelCount() - m_labels);
    try {
        library->logEffort({QDateTime::currentMSecsSinceEpoch(), loop, std::max<std::int64_t>(1, m_decisions), photos, m_since.elapsed()});
    } catch (const Error&) {    // the decision itself is stored
    }
    start();
}

QString ReviewEffort::today() const
{
    project::Library* library = m_curation.library();
    std::int64_t photos = 0, decisions = 0;
    const qint64 today = QDate::currentDate().startOfDay().toMSecsSinceEpoch();
    try {
        for (const auto& effort : library ? library->effort() : std::vector<project::Library::Effort>())
            if (effort.atMs >= today) {
                photos += effort.photos;
                decisions += effort.decisions;
            }
    } catch (const Error&) {    // only a count
    }
    const QLocale locale;
    return decisions == 0 ? QString() : tr("Today: %1 photos in %2 decisions, %3 each.").arg(locale.toString(static_cast<qlonglong>(photos)), locale.toString(static_cast<qlonglong>(decisions)),
        locale.toString(static_cast<double>(photos) / static_cast<double>(decisions), 'f', 1));
}

} // namespace plumage::ui
