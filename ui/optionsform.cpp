// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/optionsform.h"

#include "core/base/error.h"
#include "ui/optiontexts.h"
#include "ui/theme.h"

#include <QtCore/QEvent>
#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>

#include <algorithm>

namespace plumage::ui {
namespace {

// One field of one section by position: sections and fields are walked in the same order every time.
template<class Visit>
void visitField(auto& options, std::string_view wanted, Visit&& visit)
{
    TrainOptions::forEachSection(options, [&](std::string_view section, auto& fields) {
        std::decay_t<decltype(fields)>::forEachField(fields, [&](std::string_view name, auto& value, const auto& range) {
            if (wanted == std::string(section) + "." + std::string(name))
                visit(name, value, range);
        });
    });
}

std::string readField(const TrainOptions& options, const std::string& field)
{
    std::string text;
    visitField(options, field, [&](std::string_view, const auto& value, const auto& range) { text = fieldText(value, range); });
    return text;
}

bool writeField(TrainOptions& options, const std::string& field, const std::string& text)
{
    bool fits = false;
    visitField(options, field, [&](std::string_view name, auto& value, const auto& range) {
        auto wanted = value;
        try {
            setFieldText(name, wanted, range, text);
        } catch (const Error&) {
            return;
        }
        if constexpr (std::is_enum_v<std::decay_t<decltype(value)>>)
            fits = range.contains(static_cast<int>(wanted));
        else
            fits = range.contains(wanted);
        if (fits)
            value = wanted;
    });
    return fits;
}

} // namespace

QString OptionsForm::rangeText(double low, double high)
{
    const QLocale locale;
    return tr("%1 to %2").arg(locale.toString(low, 'g', 6), locale.toString(high, 'g', 8));
}

OptionsForm::OptionsForm(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    TrainOptions::forEachSection(m_base, [&](std::string_view section, auto& fields) {
        auto* title = new QLabel(sectionText(section));
        QFont bold = title->font();
        bold.setBold(true);
        title->setFont(bold);
        title->setContentsMargins(0, 10, 0, 2);
        layout->addWidget(title);
        std::decay_t<decltype(fields)>::forEachField(fields, [&](std::string_view name, auto& value, const auto& range) {
            using T = std::decay_t<decltype(value)>;
            const std::string field = std::string(section) + "." + std::string(name);
            Row row;
            row.field = field;
            row.read = [field](const TrainOptions& options) { return readField(options, field); };
            row.write = [field](TrainOptions& options, const std::string& text) { return writeField(options, field, text); };
            QStringList words;
            QString limits;
            if constexpr (std::is_enum_v<T>) {
                for (const std::string_view word : range.words)
                    words.append(QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size())));
            } else if constexpr (std::is_same_v<T, bool>) {
                words = {QStringLiteral("true"), QStringLiteral("false")};
            } else {
                limits = rangeText(static_cast<double>(range.low), static_cast<double>(range.high));
            }
            addRow(section, name, std::move(row), limits, words);
        });
    });
    layout->addStretch(1);
    setBase(m_base);
}

void OptionsForm::addRow(std::string_view section, std::string_view name, Row row, const QString& range, const QStringList& words)
{
    const OptionText text = optionText(row.field);
    auto* widget = new QWidget;
    auto* line = new QHBoxLayout(widget);
    line->setContentsMargins(0, 1, 0, 1);
    auto* label = new QLabel(text.label);
    label->setWordWrap(true);
    label->setToolTip(text.help);
    line->addWidget(label, 1);
    QWidget* editor = nullptr;
    const std::string field = row.field;
    if (words.isEmpty()) {
        auto* edit = new QLineEdit;
        edit->setFixedWidth(110);
        connect(edit, &QLineEdit::textEdited, this, [this, field](const QString& typed) { type(field, typed); });
        row.show = [edit](const QString& value) {
            if (edit->text() != value)
                edit->setText(value);
        };
        editor = edit;
    } else {
        auto* box = new QComboBox;
        box->setFixedWidth(110);
        for (const QString& word : words)
            box->addItem(wordText(word.toStdString()), word);
        connect(box, &QComboBox::activated, this, [this, field, box] { type(field, box->currentData().toString()); });
        row.show = [box](const QString& value) { box->setCurrentIndex(box->findData(value)); };
        editor = box;
    }
    editor->setAccessibleName(text.label);
    editor->setAccessibleDescription(text.help);
    editor->setToolTip(text.help);
    line->addWidget(editor);
    auto* limits = new QLabel(range);
    limits->setFixedWidth(130);
    limits->setForegroundRole(QPalette::PlaceholderText);
    line->addWidget(limits);
    row.reset = new QToolButton;
    row.reset->setText(QStringLiteral("↺"));
    row.reset->setAutoRaise(true);
    row.reset->setToolTip(tr("Back to what the answers say"));
    row.reset->setAccessibleName(tr("Reset %1").arg(text.label));
    connect(row.reset, &QToolButton::clicked, this, [this, field] {
        m_edits.erase(field);
        apply();
        Q_EMIT edited();
    });
    line->addWidget(row.reset);
    row.error = limits;
    row.widget = widget;
    row.searchText = text.label + QLatin1Char(' ') + text.help + QLatin1Char(' ') + QString::fromStdString(std::string(section) + "." + std::string(name));
    layout()->addWidget(widget);
    m_rows.push_back(std::move(row));
}

void OptionsForm::setBase(const TrainOptions& options)
{
    m_base = options;
    apply();
}

void OptionsForm::type(const std::string& field, const QString& text)
{
    m_edits[field] = text.trimmed().toStdString();
    apply();
    Q_EMIT edited();
}

void OptionsForm::apply()
{
    m_options = m_base;
    for (Row& row : m_rows) {
        const auto edit = m_edits.find(row.field);
        const bool typed = edit != m_edits.end();
        const bool fits = !typed || row.write(m_options, edit->second);
        row.reset->setEnabled(typed);
        row.show(QString::fromStdString(typed ? edit->second : row.read(m_options)));
        QPalette ink = palette();
        ink.setColor(QPalette::PlaceholderText, fits ? palette().color(QPalette::PlaceholderText) : inks(palette()).bad);
        row.error->setPalette(ink);
        QFont font = this->font();
        font.setBold(!fits);
        row.error->setFont(font);
    }
}

void OptionsForm::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        apply();    // the ink of errors
    QWidget::changeEvent(event);
}

bool OptionsForm::isValid() const
{
    TrainOptions tried = m_base;
    return std::ranges::all_of(m_rows, [&](const Row& row) {
        const auto edit = m_edits.find(row.field);
        return edit == m_edits.end() || row.write(tried, edit->second);
    }) && !m_options.check();
}

void OptionsForm::setFilter(const QString& text)
{
    for (const Row& row : m_rows)
        row.widget->setVisible(text.isEmpty() || row.searchText.contains(text, Qt::CaseInsensitive));
}

} // namespace plumage::ui
