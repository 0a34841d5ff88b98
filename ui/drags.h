// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <memory>
#include <vector>

class QMimeData;

namespace plumage::ui {

// What the gallery and the clusters panel give away when they are dragged: ids, so only this program's windows understand it.
std::unique_ptr<QMimeData> dragOf(const std::vector<PhotoId>& photos);
std::unique_ptr<QMimeData> dragOf(const std::vector<ClusterId>& clusters);
std::vector<PhotoId> draggedPhotos(const QMimeData& data);          // empty: something else is dragged
std::vector<ClusterId> draggedClusters(const QMimeData& data);

} // namespace plumage::ui
