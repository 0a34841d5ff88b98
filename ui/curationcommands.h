// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curation/commands.h"
#include "ui/choiceprompt.h"

#include <QtCore/QObject>

#include <functional>
#include <vector>

namespace plumage::ui {

class MainWindow;
class SplitCommand;

// What the person decides: the actions of the Sort menu turned into commands of core/curation, on the picked photos or the chosen clusters only.
// GUI thread only.
class CurationCommands final : public QObject
{
    Q_OBJECT
public:
    explicit CurationCommands(MainWindow& window);

    void assignTo(ClusterId cluster);                                           // the picked photos
    void assign(const std::vector<PhotoId>& photos, ClusterId cluster);
    void drop(const std::vector<PhotoId>& photos, std::optional<ClusterId> cluster);    // on a cluster, or beside them for a new one
    void mergeInto(const std::vector<ClusterId>& sources, ClusterId into);      // one dropped on another
    ChoicePrompt& prompt() { return *m_prompt; }

private:
    void connectActions();
    void updateActions();
    void onPicked(const std::function<curation::Command(const curation::State&, curation::Photos)>& plan);
    void askTarget();
    void newCluster(const std::vector<PhotoId>& photos);
    void rename();
    void merge();
    void askMerge(ClusterId cluster);
    void group();
    void approve();
    void dissolve();
    void restore();
    void askKey();
    void byKey(int key);
    void pin();
    void afterPhotos(const std::vector<PhotoId>& done);
    curation::Place place() const;
    std::vector<PhotoId> members(ClusterId cluster) const;
    std::vector<ClusterId> chosen() const;                                      // of the clusters panel, or the one that is shown
    std::vector<ChoicePrompt::Choice> choices(const std::vector<ClusterId>& without) const;
    QString countText(std::size_t photos) const;

    MainWindow& m_window;
    ChoicePrompt* m_prompt;
    SplitCommand* m_split;
};

} // namespace plumage::ui
