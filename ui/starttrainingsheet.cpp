// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/starttrainingsheet.h"

#include "core/base/error.h"
#include "core/text/errortext.h"
#include "ui/commandlinetext.h"
#include "ui/optionsform.h"
#include "ui/theme.h"

#include <QtCore/QDir>
#include <QtCore/QLocale>
#include <QtCore/QTimer>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

namespace plumage::ui {
namespace {

constexpr int sheetWidth = 560, sheetHeight = 620, placeWidth = 240, copiedMs = 2000;    // pixels at 96 dpi; ms

QComboBox* answerBox(const QString& name, const QStringList& answers)
{
    auto* box = new QComboBox;
    box->addItems(answers);
    box->setAccessibleName(name);
    return box;
}

QLabel* quietLine()
{
    auto* label = new QLabel;
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setWordWrap(true);
    return label;
}

} // namespace

StartTrainingSheet::StartTrainingSheet(QWidget* parent)
    : QFrame(parent), m_title(new QLabel), m_effect(quietLine()), m_lengthEffect(quietLine()), m_problem(new QLabel),
      m_folderLabel(new QLabel(tr("Folder names are…"))), m_place(new QLabel), m_advanced(new QWidget), m_form(new OptionsForm), m_preset(new QComboBox),
      m_start(new QPushButton(tr("Start training"))), m_advancedButton(new QPushButton(tr("Advanced"))), m_copy(new QPushButton(tr("Copy as command line"))),
      m_changePlace(new QPushButton(tr("Change…"))), m_scroll(new QScrollArea)
{
    setFixedWidth(sheetWidth);
    if (parent)
        parent->installEventFilter(this);
    setAccessibleName(tr("Start training"));
    setAutoFillBackground(true);
    QFont large = m_title->font();
    large.setPointSizeF(large.pointSizeF() * 1.35);
    large.setBold(true);
    m_title->setFont(large);
    auto* close = new QToolButton;
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setMinimumSize(26, 26);
    close->setAccessibleName(tr("Close"));
    auto* head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(close);

    auto* body = new QWidget;
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(4, 0, 8, 0);
    auto* questions = new QFormLayout;
    questions->setLabelAlignment(Qt::AlignLeft);
    questions->setVerticalSpacing(10);
    questions->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    buildQuestions(*questions);
    column->addLayout(questions);
    m_advancedButton->setCheckable(true);
    for (QPushButton* button : {m_advancedButton, m_copy, m_changePlace})
        button->setAutoDefault(false);
    auto* more = new QHBoxLayout;
    more->addWidget(m_advancedButton);
    more->addStretch(1);
    more->addWidget(m_copy);
    column->addLayout(more);
    buildAdvanced(*m_advanced);
    column->addWidget(m_advanced);
    column->addStretch(1);
    m_scroll->setWidget(body);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_problem->setWordWrap(true);
    m_start->setMinimumHeight(34);
    m_start->setDefault(true);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_problem, 1);
    foot->addWidget(m_start);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addWidget(m_scroll, 1);
    layout->addLayout(foot);

    connect(close, &QToolButton::clicked, this, &StartTrainingSheet::closed);
    connectParts();
    setAdvanced(false);
    place();
}

void StartTrainingSheet::connectParts()
{
    connect(m_advancedButton, &QPushButton::toggled, this, &StartTrainingSheet::setAdvanced);
    connect(m_copy, &QPushButton::clicked, this, &StartTrainingSheet::copyCommandLine);
    connect(m_changePlace, &QPushButton::clicked, this, &StartTrainingSheet::placeChangeWanted);
    connect(m_start, &QPushButton::clicked, this, [this] { Q_EMIT startWanted(wish()); });
    connect(m_form, &OptionsForm::edited, this, [this] { refresh(); });
}

void StartTrainingSheet::place()
{
    if (const QWidget* parent = parentWidget())
        setGeometry((parent->width() - width()) / 2, 0, width(), std::min(parent->height(), sheetHeight));
}

bool StartTrainingSheet::eventFilter(QObject* object, QEvent* event)
{
    if (object == parent() && event->type() == QEvent::Resize)
        place();
    return QFrame::eventFilter(object, event);
}

void StartTrainingSheet::buildQuestions(QFormLayout& form)
{
    m_kinds = new QSpinBox;
    m_kinds->setRange(2, 5000);
    m_kinds->setAccessibleName(tr("About how many kinds do you expect?"));
    m_unknown = new QCheckBox(tr("I do not know"));
    m_unknown->setChecked(true);
    auto* kinds = new QHBoxLayout;
    kinds->addWidget(m_kinds);
    kinds->addWidget(m_unknown);
    kinds->addStretch(1);
    form.addRow(tr("About how many kinds do you expect?"), kinds);
    form.addRow(m_effect);

    m_colour = answerBox(tr("Is colour a clue?"), {tr("Not sure"), tr("Yes"), tr("No")});
    form.addRow(tr("Is colour a clue?"), m_colour);
    m_wayUp = answerBox(tr("Is there a right way up?"), {tr("Yes"), tr("No")});
    form.addRow(tr("Is there a right way up?"), m_wayUp);
    m_size = answerBox(tr("Is size a clue?"), {tr("No"), tr("Yes")});
    form.addRow(tr("Is size a clue?"), m_size);
    m_leftRight = answerBox(tr("Do left and right differ?"), {tr("No"), tr("Yes")});
    form.addRow(tr("Do left and right differ?"), m_leftRight);
    m_length = answerBox(tr("How long?"), {QString(), QString(), QString()});
    form.addRow(tr("How long?"), m_length);
    form.addRow(m_lengthEffect);
    m_folders = answerBox(tr("Folder names are…"), {tr("nothing"), tr("the truth, for quality plots only")});
    form.addRow(m_folderLabel, m_folders);
    m_runsOn = answerBox(tr("Runs on"), {});
    form.addRow(tr("Runs on"), m_runsOn);
    m_changePlace->setAccessibleName(tr("Change where the project is kept"));
    auto* place = new QHBoxLayout;
    place->addWidget(m_place, 1);
    place->addWidget(m_changePlace);
    form.addRow(place);

    connect(m_kinds, &QSpinBox::valueChanged, this, [this] {
        m_unknown->setChecked(false);
        refresh();
    });
    connect(m_unknown, &QCheckBox::toggled, this, [this] { refresh(); });
    connect(m_runsOn, &QComboBox::currentIndexChanged, this, [this] {
        fillLengths();
        refresh();
    });
    for (QComboBox* box : {m_colour, m_wayUp, m_size, m_leftRight, m_length, m_folders})
        connect(box, &QComboBox::currentIndexChanged, this, [this] { refresh(); });
}

void StartTrainingSheet::buildAdvanced(QWidget& holder)
{
    auto* layout = new QVBoxLayout(&holder);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* bar = new QHBoxLayout;
    auto* search = new QLineEdit;
    search->setPlaceholderText(tr("Search options"));
    search->setAccessibleName(tr("Search options"));
    search->setClearButtonEnabled(true);
    m_preset->addItem(tr("As answered above"), QString());
    m_preset->addItem(tr("As published (paper)"), QStringLiteral("paper"));
    for (const char* name : {"standard", "quick", "demo"})
        m_preset->addItem(tr("Preset %1").arg(QLatin1String(name)), QLatin1String(name));
    m_preset->setAccessibleName(tr("Starting values"));
    bar->addWidget(search, 1);
    bar->addWidget(m_preset);
    layout->addLayout(bar);
    layout->addWidget(m_form);
    connect(search, &QLineEdit::textChanged, m_form, &OptionsForm::setFilter);
    connect(m_preset, &QComboBox::currentIndexChanged, this, [this] { refresh(); });
}

bool StartTrainingSheet::onCuda() const
{
    return !m_facts.cudaDevice.isEmpty() && m_runsOn->currentData() != QStringLiteral("cpu");
}

// Steps take their time: it stands beside them where somebody measured it.
void StartTrainingSheet::fillLengths()
{
    const auto timed = [this](Length length, const QString& steps) {
        const TrainOptions options = answers(length);
        const auto speed = expectedSpeed(m_facts, options, wish().device);
        return speed ? tr("%1, about %2").arg(steps, durationText(trainingLength(options.schedule, m_facts.photos, speed).seconds)) : steps;
    };
    const bool cuda = onCuda();
    m_length->setItemText(0, cuda ? timed(Length::Standard, tr("Standard: 60,000 steps")) : tr("Standard: 2 hours on this processor"));
    m_length->setItemText(1, cuda ? timed(Length::Quick, tr("Quick look: 20,000 steps of a small network")) : tr("Quick look: 10 minutes"));
    m_length->setItemText(2, cuda ? timed(Length::Thorough, tr("Thorough: 180,000 steps")) : tr("Thorough: 10 hours"));
}

void StartTrainingSheet::ask(const TrainingFacts& facts)
{
    m_facts = facts;
    m_title->setText(tr("Train on %Ln photo(s)", nullptr, static_cast<int>(facts.photos)));
    const QSignalBlocker quiet(m_kinds);
    if (m_unknown->isChecked())
        m_kinds->setValue(defaultKinds(facts.photos));
    m_folderLabel->setVisible(facts.hasSubfolders);
    m_folders->setVisible(facts.hasSubfolders);
    const QSignalBlocker still(m_runsOn);
    m_runsOn->clear();
    if (!facts.cudaDevice.isEmpty())
        m_runsOn->addItem(facts.cudaDevice, QStringLiteral("auto"));
    m_runsOn->addItem(tr("This computer's processor"), facts.cudaDevice.isEmpty() ? QStringLiteral("auto") : QStringLiteral("cpu"));
    showPlace();
    fillLengths();
    refresh();
    m_kinds->setFocus();
    m_kinds->selectAll();
}

void StartTrainingSheet::showPlace()
{
    const QString path = QDir::toNativeSeparators(m_facts.project);
    m_place->setText(tr("The project is kept in %1").arg(m_place->fontMetrics().elidedText(path, Qt::ElideMiddle, placeWidth)));
    m_place->setToolTip(path);
    m_place->setVisible(!path.isEmpty());
    m_changePlace->setVisible(m_facts.placeMayChange && !path.isEmpty());
}

StartTrainingSheet::Length StartTrainingSheet::length() const
{
    return static_cast<Length>(m_length->currentIndex());
}

TrainOptions StartTrainingSheet::answers(Length length) const
{
    const bool cuda = onCuda();
    TrainOptions options = presetOptions(cuda && length != Length::Quick ? "standard" : "quick");
    if (cuda && length == Length::Thorough) {
        options.schedule.maxSteps *= 3;
    } else if (!cuda) {
        options.schedule.maxSteps = 0;
        options.schedule.maxMinutes = length == Length::Quick ? 10 : length == Length::Standard ? 120 : 600;
    }
    if (const QString preset = m_preset->currentData().toString(); !preset.isEmpty())
        options = presetOptions(preset.toStdString());
    options.schedule.kinds = m_unknown->isChecked() ? 0 : m_kinds->value();
    options.views.colourClue = static_cast<Clue>(m_colour->currentIndex());
    options.views.rightWayUp = m_wayUp->currentIndex() == 0;
    options.views.sizeClue = m_size->currentIndex() == 1;
    options.views.leftRightDiffer = m_leftRight->currentIndex() == 1;
    return options;
}

TrainingWish StartTrainingSheet::wish() const
{
    return {m_form->options(), m_runsOn->currentData().toString().toStdString(), m_folders->currentIndex() == 1 ? "folders" : "none"};
}

QString StartTrainingSheet::commandLine() const
{
    return trainCommandLine(wish(), m_facts.photoFolder, m_facts.nextRun);
}

void StartTrainingSheet::copyCommandLine()
{
    QGuiApplication::clipboard()->setText(commandLine());
    m_copy->setText(tr("Copied"));
    QTimer::singleShot(copiedMs, m_copy, [this] { m_copy->setText(tr("Copy as command line")); });
}

void StartTrainingSheet::refresh()
{
    m_form->setBase(answers(length()));
    TrainOptions settled = m_form->options();
    QString problem;
    if (!m_form->isValid())
        problem = tr("A value under Advanced does not fit.");
    try {
        fitToPhotos(settled, m_facts.photos);
    } catch (const Error& error) {
        problem = text::errorText(error);
    }
    m_effect->setText(tr("Looks for %1 groups, so that you merge rather than split.").arg(QLocale().toString(settled.codes())));
    const auto speed = expectedSpeed(m_facts, settled, wish().device);
    m_lengthEffect->setText(lengthText(trainingLength(settled.schedule, m_facts.photos, speed), speed));
    m_problem->setText(problem);
    m_copy->setEnabled(problem.isEmpty() && !m_facts.photoFolder.isEmpty());
    QPalette ink = palette();
    ink.setColor(QPalette::WindowText, inks(palette()).bad);
    m_problem->setPalette(ink);
    m_start->setEnabled(problem.isEmpty());
}

void StartTrainingSheet::setKinds(int kinds)
{
    m_unknown->setChecked(kinds == 0);
    if (kinds > 0)
        m_kinds->setValue(kinds);
}

void StartTrainingSheet::setClues(Clue colour, bool rightWayUp, bool size, bool leftRight)
{
    m_colour->setCurrentIndex(static_cast<int>(colour));
    m_wayUp->setCurrentIndex(rightWayUp ? 0 : 1);
    m_size->setCurrentIndex(size ? 1 : 0);
    m_leftRight->setCurrentIndex(leftRight ? 1 : 0);
}

void StartTrainingSheet::setLength(Length length)
{
    m_length->setCurrentIndex(static_cast<int>(length));
}

void StartTrainingSheet::setFoldersAreTruth(bool truth)
{
    m_folders->setCurrentIndex(truth ? 1 : 0);
}

void StartTrainingSheet::setAdvanced(bool shown)
{
    m_advancedButton->setChecked(shown);
    m_advanced->setVisible(shown);
    m_copy->setVisible(shown);
}

void StartTrainingSheet::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_start->isEnabled())
        m_start->click();
    else
        QFrame::keyPressEvent(event);
}

void StartTrainingSheet::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && m_runsOn->count() > 0)
        refresh();    // the ink of errors
    QFrame::changeEvent(event);
}

void StartTrainingSheet::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Inks ink = inks(palette());
    painter.fillRect(rect(), palette().color(QPalette::Window));
    painter.setPen(QPen(ink.accent, 1));
    painter.drawRect(rect().adjusted(0, -1, -1, -1));
}

} // namespace plumage::ui
