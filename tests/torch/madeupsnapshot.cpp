// SPDX-License-Identifier: GPL-3.0-or-later
#include "madeupsnapshot.h"

#include "core/base/random.h"

#include <cmath>

namespace plumage::test {

PhotoList madeUpPhotos(std::size_t photos)
{
    PhotoList list{{"/nowhere"}, {}};
    for (std::size_t i = 0; i < photos; ++i)
        list.rows.push_back({PhotoId{static_cast<std::int64_t>(i) + 1}, 0, (i % 2 ? "b/" : "a/") + std::to_string(i) + ".png", {}, std::string(32, 'e')});
    return list;
}

train::SnapshotTensors madeUpSnapshot(std::int64_t step, std::size_t photos, std::size_t unreadable)
{
    Random random(static_cast<std::uint64_t>(step));
    train::SnapshotTensors s;
    s.step = step;
    s.seconds = static_cast<double>(step) / 10;
    s.photos = s.renewedPhotos = static_cast<std::int64_t>(photos);
    s.embeddingWidth = 8;
    s.kMax = 6;
    s.imageSize = 32;
    s.active = {1, 1, 1, 1, 0, 0};
    s.activeCodes = {0, 1, 2, 3};
    s.counts.assign(6, 0);
    s.embedding.assign(photos * 8, 0.0f);
    s.codes.assign(photos * train::topCodes, train::noCode);
    s.confidence.assign(photos * train::topCodes, 0.0f);
    for (std::size_t i = 0; i < photos; ++i) {
        if (i == unreadable)
            continue;
        const auto code = static_cast<std::uint16_t>(i % 2 ? 3 : 1);
        float norm = 0;
        for (std::size_t d = 0; d < 8; ++d) {
            const float value = (d == code ? 1.0f : 0.0f) + 0.2f * static_cast<float>(random.normal());
            s.embedding[i * 8 + d] = value;
            norm += value * value;
        }
        for (std::size_t d = 0; d < 8; ++d)
            s.embedding[i * 8 + d] /= std::sqrt(norm);
        s.codes[i * train::topCodes] = code;
        s.confidence[i * train::topCodes] = 0.9f;
        ++s.counts[code];
    }
    s.centroids.assign(6 * 8, 0.0f);
    for (std::size_t k = 0; k < 4; ++k)
        s.centroids[k * 8 + k] = 1;
    s.codesInUse = 2;
    s.effectiveCodes = 2;
    s.codeRecovery = 1;
    s.prototypes.assign(4 * 32 * 7 * 32 * 3, 90);
    s.drawingCodes = {0, 1, 2, 3};
    s.drawingEmbedding.assign(s.centroids.begin(), s.centroids.begin() + 32);
    return s;
}

run::RunFolder madeUpRun(const std::filesystem::path& path, std::size_t photos, const char* truth)
{
    RunManifest manifest;
    manifest.options = presetOptions("demo");
    manifest.truth = truth;
    manifest.pack = "photos.pack";
    return run::RunFolder::create(path, std::move(manifest), madeUpPhotos(photos));
}

} // namespace plumage::test
