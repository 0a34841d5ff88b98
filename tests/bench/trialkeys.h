// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "ui/gallerymodel.h"
#include "ui/mainwindow.h"
#include "ui/projectcommands.h"

#include <QtCore/QStringList>

#include <cstdint>
#include <map>

class QListView;

namespace plumage::ui {
class GalleryPanel;
}

// Hands and eyes of the trial: every key goes to whatever has the focus, as from a keyboard; only what is on the screen is looked at. A decision is an answer, a pick of one photo or
// of one run of photos, a move or a name; arrows and letters are key presses only. Blocks until the window has nothing more to do.
class TrialKeys {
public:
    struct Effort {
        std::int64_t keys = 0, decisions = 0, photos = 0;
        void add(const Effort& more) { keys += more.keys, decisions += more.decisions; }
    };
    Effort effort;

    TrialKeys(plumage::ui::MainWindow& window, plumage::ui::ProjectCommands& commands) : m_window(window), m_commands(commands) { }
    void settle();
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    void typeLine(const QString& text);                            // into the line that has the focus, then Enter
    void goTo(QListView& view, int row, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    void pick(QListView& view, int row);                           // Space
    void pickRun(QListView& view, int first, int last);            // Shift and arrows
    void moveTo(const QString& kind);                              // the picked photos: by digit, by known name, or into a new cluster
    bool call(const QString& kind);                                // F2 for the cluster in question; true if a known name merged it
    void giveDigit(const QString& kind);                           // Shift+K for the cluster in question, while digits last
    void filter(plumage::ui::GalleryPanel& gallery, plumage::ui::GalleryModel::Filter wanted);

    QString kindOf(plumage::PhotoId photo);                        // what the person sees on it
    void complain(const QString& about);
    void complain(const char* about) { complain(QString::fromUtf8(about)); }
    void printComplaints() const;

private:
    void typeName(const QString& kind);

    plumage::ui::MainWindow& m_window;
    plumage::ui::ProjectCommands& m_commands;
    std::map<QString, int> m_digits;
    std::map<QString, int> m_complaints;
};
