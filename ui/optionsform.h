// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"

#include <QtWidgets/QWidget>

#include <functional>
#include <map>
#include <string>
#include <vector>

class QLabel;
class QLineEdit;
class QToolButton;

namespace plumage::ui {

// Every option of a run: a row per field of the options structs (label, value, range, reset), made by walking forEachField. What the person typed stays
// when the answers above change the rest; errors stand beside the field.
class OptionsForm final : public QWidget
{
    Q_OBJECT
public:
    explicit OptionsForm(QWidget* parent = nullptr);
    void setBase(const TrainOptions& options);         // what holds where nothing was typed
    TrainOptions options() const { return m_options; }
    bool isValid() const;
    void setFilter(const QString& text);
    // As if typed: "schedule.batch_size", "32".
    void type(const std::string& field, const QString& text);

Q_SIGNALS:
    void edited();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        std::string field;                                                    // "network.image_size"
        std::function<std::string(const TrainOptions&)> read;
        std::function<bool(TrainOptions&, const std::string&)> write;         // false: no value, or out of range
        QWidget* widget;
        QLabel* error;
        QToolButton* reset;
        std::function<void(const QString&)> show;                             // into the editor
        QString searchText;
    };
    void addRow(std::string_view section, std::string_view name, Row row, const QString& range, const QStringList& words);
    void apply();
    static QString rangeText(double low, double high);

    TrainOptions m_base, m_options;
    std::map<std::string, std::string> m_edits;
    std::vector<Row> m_rows;
};

} // namespace plumage::ui
