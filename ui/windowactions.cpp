// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windowactions.h"

#include "ui/actionregistry.h"

#include <QtGui/QAction>

#include <string>

namespace plumage::ui {

void WindowActions::add(ActionRegistry& r)
{
    using Menu = ActionRegistry::Menu;
    const auto add = [&r](Menu menu, const char* id, const QString& text, const char* key) {
        return r.add(menu, QLatin1String(id), text, QKeySequence(QLatin1String(key)));
    };
    add(Menu::Project, "project.open-folder", tr("Open a &folder of photos…"), "Ctrl+O");
    add(Menu::Project, "project.open", tr("Open a &project…"), "Ctrl+Shift+O");
    add(Menu::Project, "project.demo", tr("Try the &demo photos"), "Ctrl+D");
    r.addSeparator(Menu::Project);
    add(Menu::Project, "project.rescan", tr("Look for &new photos"), "F5");
    add(Menu::Project, "project.import", tr("&Import…"), "Ctrl+I");
    add(Menu::Project, "project.export", tr("&Export…"), "Ctrl+E");
    add(Menu::Project, "project.saved", tr("&Save"), "Ctrl+S");
    r.addSeparator(Menu::Project);
    add(Menu::Project, "project.close", tr("&Close project"), "Ctrl+W");
    add(Menu::Project, "project.quit", tr("&Quit"), "Ctrl+Q");

    add(Menu::Edit, "edit.undo", tr("&Undo"), "Ctrl+Z");
    add(Menu::Edit, "edit.redo", tr("&Redo"), "Ctrl+Shift+Z");
    add(Menu::Edit, "edit.history", tr("&History"), "Ctrl+J");
    r.addSeparator(Menu::Edit);
    add(Menu::Edit, "edit.pick-all", tr("Pick &all photos shown"), "Ctrl+A");
    add(Menu::Edit, "edit.pick-none", tr("Pick &none"), "Ctrl+Shift+A");
    add(Menu::Edit, "edit.copy-paths", tr("&Copy paths"), "Ctrl+C");
    add(Menu::Edit, "edit.show-all", tr("&Show all photos"), "Ctrl+Shift+H");

    const auto addOneKey = [&r](const char* id, const QString& text, const char* key) {
        return r.addOneKey(Menu::Sort, QLatin1String(id), text, QKeySequence(QLatin1String(key)));
    };
    addOneKey("photos.confirm", tr("&Confirm where they are"), "C");
    addOneKey("photos.assign", tr("&Move to…"), "T");
    addOneKey("photos.reject", tr("&Not in this cluster"), "X");
    addOneKey("photos.revoke", tr("Take the &label back"), "Shift+C");
    addOneKey("photos.new-cluster", tr("New cluster from the &picked"), "B");
    addOneKey("photos.put-away", tr("Put a&way: not one of the kinds"), "W");
    addOneKey("photos.take-back", tr("Take &back what was put away"), "Shift+W");
    addOneKey("photos.look-alikes", tr("Sort by likeness to the picked"), "L");
    addOneKey("photos.order", tr("Next order of the photos"), "O");
    addOneKey("photos.only", tr("Show only the picked"), "H");
    addOneKey("photos.pin", tr("Pin as an example of its cluster"), "P");
    addOneKey("photos.loupe", tr("Show the photo large"), "Return");    // not shown: the name of a key
    for (int key = 1; key <= 9; ++key)
        addOneKey(("photos.key-" + std::to_string(key)).c_str(), tr("Move to the cluster of key %1").arg(key), std::to_string(key).c_str());
    r.addSeparator(Menu::Sort);
    addOneKey("review.yes", tr("&Yes"), "Y");
    addOneKey("review.no", tr("No (review)"), "N");
    addOneKey("review.later", tr("Ask later (review)"), "U");
    r.addSeparator(Menu::Sort);
    add(Menu::Sort, "cluster.rename", tr("&Rename the cluster…"), "F2");
    addOneKey("cluster.merge", tr("Mer&ge clusters…"), "M");
    addOneKey("cluster.split", tr("&Split the cluster"), "S");
    addOneKey("cluster.pick-like", tr("Pick what is like the picked in this cluster"), "Shift+S");
    addOneKey("cluster.group", tr("Put under one gr&oup…"), "K");
    addOneKey("cluster.approve", tr("&Approve the cluster"), "A");
    addOneKey("cluster.flag", tr("&Flag to come back to"), "F");
    addOneKey("cluster.dissolve", tr("&Dissolve the cluster"), "D");
    add(Menu::Sort, "cluster.restore", tr("Br&ing a dissolved cluster back…"), "Ctrl+Shift+R");
    add(Menu::Sort, "cluster.match", tr("Match this run's groups to earlier clusters…"), "Ctrl+Shift+M");
    addOneKey("cluster.key", tr("Give it a number &key…"), "Shift+K");
    r.addSeparator(Menu::Sort);
    add(Menu::Sort, "effort.keep", tr("Keep a log of my work in this project"), "Ctrl+Alt+E")->setCheckable(true);
    add(Menu::Sort, "effort.save", tr("Save the log of my work…"), "Ctrl+Shift+E");
    add(Menu::Sort, "effort.erase", tr("Erase the log of my work…"), "Ctrl+Alt+Shift+E");

    add(Menu::View, "page.map", tr("&Map"), "Ctrl+1")->setCheckable(true);
    add(Menu::View, "page.gallery", tr("&Gallery"), "Ctrl+2")->setCheckable(true);
    add(Menu::View, "page.review", tr("Review"), "Ctrl+3")->setCheckable(true);
    add(Menu::View, "page.training", tr("&Training"), "Ctrl+4")->setCheckable(true);
    r.addSeparator(Menu::View);
    add(Menu::View, "map.fit", tr("&Fit the map"), "Ctrl+0");
    add(Menu::View, "map.pan", tr("Drag to move the map"), "Ctrl+H")->setCheckable(true);
    add(Menu::View, "map.rectangle", tr("Drag to take a rectangle of photos"), "Ctrl+R")->setCheckable(true);
    add(Menu::View, "map.lasso", tr("Draw round photos to take them"), "Ctrl+L")->setCheckable(true);
    add(Menu::View, "map.drawings", tr("G&enerated points on the map"), "Ctrl+G")->setCheckable(true);
    add(Menu::View, "cluster.next", tr("Ne&xt cluster"), "Ctrl+Down");
    add(Menu::View, "cluster.previous", tr("Pre&vious cluster"), "Ctrl+Up");
    add(Menu::View, "time.next", tr("Next sna&pshot"), "Ctrl+Right");
    add(Menu::View, "time.previous", tr("Previous snaps&hot"), "Ctrl+Left");
    add(Menu::View, "time.live", tr("&Live"), "Ctrl+Shift+Right");
    r.addSeparator(Menu::View);
    add(Menu::View, "view.next-pane", tr("Next pane"), "F6");
    add(Menu::View, "view.previous-pane", tr("Previous pane"), "Shift+F6");
    add(Menu::View, "view.dark", tr("&Dark theme"), "Ctrl+Shift+D")->setCheckable(true);
    add(Menu::View, "view.reset", tr("&Reset this window's layout"), "Ctrl+Shift+0");
    add(Menu::View, "view.full-screen", tr("F&ull screen"), "F11")->setCheckable(true);

    add(Menu::Training, "training.start", tr("&Start training…"), "Ctrl+T");
    add(Menu::Training, "training.continue", tr("&Resume from the last checkpoint"), "Ctrl+Shift+T");
    r.addSeparator(Menu::Training);
    add(Menu::Training, "training.pause", tr("&Pause"), "F9");
    add(Menu::Training, "training.stop", tr("S&top and save"), "Ctrl+F9");

    add(Menu::Help, "help.about", tr("&About Plumage"), "F1");
}

} // namespace plumage::ui
