// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <string_view>

namespace plumage::ui {

struct OptionText {
    QString label, help;
};
// Words for a field of TrainOptions ("schedule.batch_size"); a field without words shows its name.
OptionText optionText(std::string_view field);
QString sectionText(std::string_view section);
QString wordText(std::string_view word);    // a value that is a word: "not_sure", "true"

} // namespace plumage::ui
