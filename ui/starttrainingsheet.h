// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"
#include "ui/trainingfacts.h"

#include <QtWidgets/QFrame>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QSpinBox;

namespace plumage::ui {

class OptionsForm;

// What the sheet hands over: enough to make a run.
struct TrainingWish {
    TrainOptions options;
    std::string device = "auto";    // auto, cpu, cuda
    std::string truth = "none";     // folders: folder names for quality plots only
};

// Questions in plain words that become the options of a run. Lies over its parent, 560 wide, and follows its size; not modal.
class StartTrainingSheet final : public QFrame
{
    Q_OBJECT
public:
    enum class Length { Standard, Quick, Thorough };
    explicit StartTrainingSheet(QWidget* parent);

    void ask(const TrainingFacts& facts);
    TrainingWish wish() const;
    QString commandLine() const;    // trains the same without the window

    // The answers, for tests and the tour.
    void setKinds(int kinds);    // 0 = "I do not know"
    void setClues(Clue colour, bool rightWayUp, bool size, bool leftRight);
    void setLength(Length length);
    void setFoldersAreTruth(bool truth);
    void setAdvanced(bool shown);
    OptionsForm& form() { return *m_form; }

Q_SIGNALS:
    void startWanted(const plumage::ui::TrainingWish& wish);
    void placeChangeWanted();
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void place();
    void connectParts();
    void buildQuestions(QFormLayout& form);
    void buildAdvanced(QWidget& holder);
    bool onCuda() const;
    TrainOptions answers(Length length) const;
    Length length() const;
    void refresh();
    void fillLengths();
    void showPlace();
    void copyCommandLine();

    TrainingFacts m_facts;
    QLabel *m_title, *m_effect, *m_lengthEffect, *m_problem, *m_folderLabel, *m_place;
    QSpinBox* m_kinds;
    QCheckBox* m_unknown;
    QComboBox *m_colour, *m_wayUp, *m_size, *m_leftRight, *m_length, *m_folders, *m_runsOn;
    QWidget* m_advanced;
    OptionsForm* m_form;
    QComboBox* m_preset;
    QPushButton *m_start, *m_advancedButton, *m_copy, *m_changePlace;
    QScrollArea* m_scroll;
};

} // namespace plumage::ui
