// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <QtCore/QObject>

#include <optional>
#include <vector>

namespace plumage::ui {

// What the person looks at and has picked: one object shared by map, gallery and clusters panel, always by PhotoId, never by row. GUI thread only.
// The scope is what the gallery shows: all photos, one cluster, or some photos (a rectangle on the map). Inside it photos are picked.
class Selection final : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    std::optional<ClusterId> cluster() const { return m_cluster; }
    const std::vector<PhotoId>& photos() const { return m_photos; }     // the scope if no cluster is chosen; ascending, empty = all
    const std::vector<PhotoId>& picked() const { return m_picked; }     // ascending
    bool isPicked(PhotoId photo) const;
    std::optional<PhotoId> current() const { return m_current; }        // the one with the focus
    std::optional<PhotoId> hovered() const { return m_hovered; }

    void showAll();
    void showCluster(ClusterId cluster);
    void showPhotos(std::vector<PhotoId> photos);    // none = all
    void pick(std::vector<PhotoId> photos, std::optional<PhotoId> current = {});
    void hover(std::optional<PhotoId> photo);
    void clear();                                    // another project

Q_SIGNALS:
    void scopeChanged();
    void pickedChanged();
    void hoverChanged();

private:
    void setScope(std::optional<ClusterId> cluster, std::vector<PhotoId> photos);

    std::optional<ClusterId> m_cluster;
    std::vector<PhotoId> m_photos, m_picked;
    std::optional<PhotoId> m_current, m_hovered;
};

} // namespace plumage::ui
