// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exportsheet.h"

#include "core/text/exporttext.h"
#include "ui/theme.h"

#include <QtGui/QFontDatabase>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtGui/QStandardItemModel>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

namespace plumage::ui {
namespace {

constexpr int sheetWidth = 640, sheetHeight = 520;    // pixels at 96 dpi

QComboBox* box(const QString& name, const QStringList& answers)
{
    auto* combo = new QComboBox;
    combo->addItems(answers);
    combo->setAccessibleName(name);
    return combo;
}

} // namespace

ExportSheet::ExportSheet(QWidget* parent)
    : QFrame(parent), m_format(box(tr("Format"), {tr("Table (CSV)"), tr("Class folders"), tr("COCO (JSON)")})),
      m_which(box(tr("Which photos"), {tr("All clusters with a name"), tr("The chosen clusters"), tr("Everything, also without a name")})),
      m_link(box(tr("Files in the folders"), {tr("hard links (take no space)"), tr("symbolic links"), tr("copies")})), m_checkedOnly(new QCheckBox(tr("Only what a person has checked"))),
      m_confidence(new QSpinBox), m_counts(new QLabel), m_linkLabel(new QLabel(tr("Files"))), m_preview(new QPlainTextEdit), m_write(new QPushButton(tr("Write files…")))
{
    setAutoFillBackground(true);
    setAccessibleName(tr("Export"));
    parent->installEventFilter(this);
    auto* title = new QLabel(tr("Export"));
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.35);
    large.setBold(true);
    title->setFont(large);
    auto* close = new QToolButton;
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setMinimumSize(26, 26);
    close->setAccessibleName(tr("Close"));
    auto* head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(close);
    m_confidence->setRange(0, 100);
    m_confidence->setSuffix(tr(" %"));
    m_confidence->setAccessibleName(tr("Machine labels from this confidence on"));
    m_preview->setReadOnly(true);
    m_preview->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_preview->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_preview->setAccessibleName(tr("The first rows, as they will be written"));
    m_counts->setWordWrap(true);
    m_write->setDefault(true);
    m_write->setMinimumHeight(34);
    auto* form = new QFormLayout;
    form->addRow(tr("Format"), m_format);
    form->addRow(tr("Photos"), m_which);
    form->addRow(QString(), m_checkedOnly);
    form->addRow(tr("Machine labels from"), m_confidence);
    form->addRow(m_linkLabel, m_link);
    auto* note = new QLabel(tr("Your photos stay as they are: originals are never moved, renamed or written."));
    note->setForegroundRole(QPalette::PlaceholderText);
    auto* foot = new QHBoxLayout;
    foot->addWidget(note, 1);
    foot->addWidget(m_write);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->addLayout(head);
    layout->addLayout(form);
    layout->addWidget(m_counts);
    layout->addWidget(m_preview, 1);
    layout->addLayout(foot);
    hide();

    const auto refresh = [this] {
        m_link->setVisible(choice().format == ExportChoice::Folders);
        m_linkLabel->setVisible(choice().format == ExportChoice::Folders);
        m_confidence->setEnabled(!choice().checkedOnly);
        Q_EMIT changed();
    };
    for (QComboBox* combo : {m_format, m_which, m_link})
        connect(combo, &QComboBox::currentIndexChanged, this, refresh);
    connect(m_checkedOnly, &QCheckBox::toggled, this, refresh);
    connect(m_confidence, &QSpinBox::valueChanged, this, refresh);
    connect(m_write, &QPushButton::clicked, this, &ExportSheet::writeWanted);
    connect(close, &QToolButton::clicked, this, &ExportSheet::closed);
}

void ExportSheet::ask(int chosenClusters)
{
    auto* choices = static_cast<QStandardItemModel*>(m_which->model());
    choices->item(ExportChoice::Chosen)->setEnabled(chosenClusters > 0);
    if (chosenClusters == 0 && m_which->currentIndex() == ExportChoice::Chosen)
        m_which->setCurrentIndex(ExportChoice::Named);
    place();
    if (!isVisible())
        m_focusBefore = window()->focusWidget();
    show();
    raise();
    m_format->setFocus();
    setChoice(choice());
}

ExportChoice ExportSheet::choice() const
{
    return {static_cast<ExportChoice::Format>(m_format->currentIndex()), static_cast<ExportChoice::Which>(m_which->currentIndex()), m_checkedOnly->isChecked(),
        m_confidence->value() / 100.0, static_cast<ExportChoice::Link>(m_link->currentIndex())};
}

void ExportSheet::setChoice(const ExportChoice& wanted)
{
    {
        const QSignalBlocker one(m_format), two(m_which), three(m_link), four(m_checkedOnly), five(m_confidence);
        m_format->setCurrentIndex(wanted.format);
        m_which->setCurrentIndex(wanted.which);
        m_link->setCurrentIndex(wanted.link);
        m_checkedOnly->setChecked(wanted.checkedOnly);
        m_confidence->setValue(static_cast<int>(wanted.minConfidence * 100 + 0.5));
    }
    m_link->setVisible(wanted.format == ExportChoice::Folders);
    m_linkLabel->setVisible(wanted.format == ExportChoice::Folders);
    m_confidence->setEnabled(!wanted.checkedOnly);
    Q_EMIT changed();
}

void ExportSheet::showBusy()
{
    m_counts->setText(tr("Counting…"));
    m_write->setEnabled(false);
}

void ExportSheet::showPreview(const ExportCounts& counts, const QString& firstRows)
{
    m_counts->setText(QStringList{text::writesText(counts), text::leftOutText(counts)}.join(QLatin1Char(' ')).trimmed());
    m_preview->setPlainText(firstRows);
    m_write->setEnabled(counts.written > 0);
}

QString ExportSheet::countsText() const
{
    return m_counts->text();
}

void ExportSheet::place()
{
    const QSize room = parentWidget()->size();
    setGeometry(std::max(0, (room.width() - sheetWidth) / 2), 12, std::min(sheetWidth, room.width()), std::min(sheetHeight, room.height() - 24));
}

void ExportSheet::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_write->isEnabled())
        Q_EMIT writeWanted();
    else
        QFrame::keyPressEvent(event);
}

// The keys belong to the photos again.
void ExportSheet::hideEvent(QHideEvent* event)
{
    QFrame::hideEvent(event);
    if (m_focusBefore)
        m_focusBefore->setFocus(Qt::PopupFocusReason);
}

void ExportSheet::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), inks(palette()).panel);
    painter.setPen(inks(palette()).line);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

bool ExportSheet::eventFilter(QObject* object, QEvent* event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    return QFrame::eventFilter(object, event);
}

} // namespace plumage::ui
