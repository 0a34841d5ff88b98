// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QString>

#include <string_view>
#include <vector>

namespace plumage::ui {

// A column of metrics.csv as the window shows it.
struct LossTerm {
    std::string_view column;    // "d.info"
    QString name;               // "code recovery"
    QString question;           // what the curve tells, in plain words
    double weight;
};
class LossTerms
{
    Q_DECLARE_TR_FUNCTIONS(plumage::ui::LossTerms)
public:
    // The terms that are plotted, those of D first, in the order of METHOD.md section 3; with the weights of a run.
    static std::vector<LossTerm> of(const LossOptions& losses);
};

} // namespace plumage::ui
