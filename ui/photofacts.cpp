// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/photofacts.h"

#include "ui/gallerypanel.h"
#include "ui/job.h"
#include "ui/workspace.h"

namespace plumage::ui {

std::shared_ptr<const PhotoFacts> readPhotoFacts(const project::Library& library)
{
    auto facts = std::make_shared<PhotoFacts>();
    library.forEachRecord([&](const project::PhotoRecord& record) {
        if (record.missing)
            facts->missing.insert(record.photo);
        std::int64_t taken = 0;
        for (const char c : record.exposure.taken)
            if (c >= '0' && c <= '9')
                taken = 10 * taken + (c - '0');
        if (taken > 0)
            facts->taken.emplace(record.photo, taken);
    });
    return facts;
}

void feedFacts(Workspace& workspace, GalleryPanel& gallery)
{
    using Facts = std::shared_ptr<const PhotoFacts>;
    QObject::connect(&gallery, &GalleryPanel::factsWanted, &workspace, [&workspace, &gallery] {
        project::Library* library = workspace.curation().library();
        if (!library)
            return;
        startJob<Facts>(&gallery, [own = std::make_shared<project::Library>(library->another())] { return readPhotoFacts(*own); }, [&gallery](const JobResult<Facts>& result) {
            if (const Facts* facts = std::get_if<Facts>(&result))    // else there is nothing to sort by
                gallery.setFacts(*facts);
        });
    });
    for (const auto outdated : {&Workspace::closed, &Workspace::photosChanged})
        QObject::connect(&workspace, outdated, &gallery, [&gallery] { gallery.setFacts({}); });
}

} // namespace plumage::ui
