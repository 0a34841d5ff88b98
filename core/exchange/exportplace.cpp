// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exportplace.h"

#include "core/base/error.h"

#include <QtCore/QString>

#include <algorithm>
#include <array>
#include <string_view>

namespace plumage::exchange {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longestName = 120;    // bytes; most file systems take 255, and "(2)" and an ending come behind it

} // namespace

void keepOffPhotos(const project::Library& library, const fs::path& file)
{
    std::error_code error;
    if (!fs::exists(file, error))
        return;
    const PhotoList photos = library.allPhotos();
    for (std::size_t row = 0; row < photos.rows.size(); ++row)
        if (fs::equivalent(photos.file(row), file, error))
            throw Error(ErrorCode::amongPhotos, file.string());
}

fs::path freeFolder(const fs::path& wanted)
{
    std::error_code error;
    fs::path folder = wanted;
    for (int n = 2; fs::exists(folder, error) && !(fs::is_directory(folder, error) && fs::is_empty(folder, error)); ++n) {
        if (error)
            throw systemError(error.value(), folder.string(), ErrorCode::folderNotWritable);
        folder = wanted / ("export-" + std::to_string(n));
    }
    fs::create_directories(folder, error);
    if (error)
        throw systemError(error.value(), folder.string(), ErrorCode::folderNotWritable);
    return folder;
}

std::string safeName(const std::string& name)
{
    QString text = QString::fromStdString(name);
    for (QChar& c : text)
        if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format || QStringLiteral("/\\:*?\"<>|").contains(c))
            c = QLatin1Char('_');
    const auto isEdge = [](QChar c) { return c == QLatin1Char('.') || c.isSpace(); };
    while (!text.isEmpty() && isEdge(text.back()))
        text.chop(1);
    while (!text.isEmpty() && isEdge(text.front()))
        text.remove(0, 1);
    while (static_cast<std::size_t>(text.toUtf8().size()) > longestName)
        text.chop(text.size() > 1 && text.back().isLowSurrogate() ? 2 : 1);
    static constexpr std::array<std::string_view, 4> reserved{"con", "prn", "aux", "nul"};
    const std::string lower = text.toLower().toStdString();
    const std::string stem = lower.substr(0, lower.find('.'));
    const bool port = stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && stem[3] >= '0' && stem[3] <= '9';
    if (text.isEmpty() || port || std::ranges::find(reserved, stem) != reserved.end())
        text.prepend(QLatin1Char('_'));
    return text.toStdString();
}

std::string UniqueNames::take(const std::string& name)
{
    const fs::path path(name);
    std::string candidate = name;
    const auto lower = [](const std::string& text) { return QString::fromStdString(text).toLower().toStdString(); };
    for (int n = 2; !m_taken.insert(lower(candidate)).second; ++n)
        candidate = path.stem().string() + " (" + std::to_string(n) + ")" + path.extension().string();
    return candidate;
}

} // namespace plumage::exchange
