// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/selection.h"

#include <algorithm>

namespace plumage::ui {
namespace {

std::vector<PhotoId> sortedOnce(std::vector<PhotoId> photos)
{
    if (!std::ranges::is_sorted(photos))
        std::ranges::sort(photos);
    const auto rest = std::ranges::unique(photos);
    photos.erase(rest.begin(), rest.end());
    return photos;
}

} // namespace

bool Selection::isPicked(PhotoId photo) const
{
    return std::ranges::binary_search(m_picked, photo);
}

void Selection::showAll()
{
    setScope({}, {});
}

void Selection::showCluster(ClusterId cluster)
{
    setScope(cluster, {});
}

void Selection::showPhotos(std::vector<PhotoId> photos)
{
    setScope({}, sortedOnce(std::move(photos)));
}

void Selection::setScope(std::optional<ClusterId> cluster, std::vector<PhotoId> photos)
{
    if (cluster == m_cluster && photos == m_photos)
        return;
    m_cluster = cluster;
    m_photos = std::move(photos);
    Q_EMIT scopeChanged();
}

void Selection::pick(std::vector<PhotoId> photos, std::optional<PhotoId> current)
{
    photos = sortedOnce(std::move(photos));
    if (photos == m_picked && current == m_current)
        return;
    m_picked = std::move(photos);
    m_current = current;
    Q_EMIT pickedChanged();
}

void Selection::hover(std::optional<PhotoId> photo)
{
    if (photo == m_hovered)
        return;
    m_hovered = photo;
    Q_EMIT hoverChanged();
}

void Selection::clear()
{
    hover({});
    pick({});
    showAll();
}

} // namespace plumage::ui
