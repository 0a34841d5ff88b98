// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/commandlinetext.h"

#include "ui/starttrainingsheet.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QStringList>

#include <map>

namespace plumage::ui {
namespace {

QString quoted(const QString& word)
{
    static const QRegularExpression plain(QStringLiteral("^[\\w@%+=:,./-]+$"));    // \w: ASCII letters, digits, _
    if (plain.match(word).hasMatch())
        return word;
    return QLatin1Char('\'') + QString(word).replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

// "section.field" -> its text
std::map<std::string, std::string> fieldTexts(const TrainOptions& options)
{
    std::map<std::string, std::string> texts;
    TrainOptions::forEachSection(options, [&](std::string_view section, const auto& fields) {
        std::decay_t<decltype(fields)>::forEachField(fields, [&](std::string_view name, const auto& value, const auto& range) {
            texts[std::string(section) + "." + std::string(name)] = fieldText(value, range);
        });
    });
    return texts;
}

} // namespace

QString trainCommandLine(const TrainingWish& wish, const QString& photos, const QString& out)
{
    const TrainOptions& options = wish.options;
    const TrainOptions preset = presetOptions(options.preset);
    QStringList words{QStringLiteral("plumage-worker"), QStringLiteral("train")};
    const auto add = [&words](const char* option, const QString& value) { words << QLatin1String(option) << value; };
    add("--photos", photos);
    add("--out", out);
    add("--preset", QString::fromStdString(options.preset));
    if (options.schedule.kinds > 0)
        add("--clusters", QString::number(options.codes()));    // kinds x over
    if (options.schedule.over != preset.schedule.over)
        add("--over", QString::number(options.schedule.over));
    if (options.seed != preset.seed)
        add("--seed", QString::number(options.seed));
    if (wish.device != "auto")
        add("--device", QString::fromStdString(wish.device));
    if (wish.truth != "none")
        add("--truth", QString::fromStdString(wish.truth));
    const auto usual = fieldTexts(preset);
    for (const auto& [field, text] : fieldTexts(options))
        if (field != "schedule.kinds" && field != "schedule.over" && text != usual.at(field))
            add("--set", QString::fromStdString(field + "=" + text));
    for (QString& word : words)
        word = quoted(word);
    return words.join(QLatin1Char(' '));
}

} // namespace plumage::ui
