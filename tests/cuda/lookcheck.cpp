// SPDX-License-Identifier: GPL-3.0-or-later
// A look beside the training finds what a look between two steps found, and training goes on well meanwhile: on the CUDA device, where both use streams and memory of one device and steps
// are recorded, else on the processor. Exit code 1: it does not.
#include "core/train/device.h"
#include "core/train/evaluator.h"
#include "core/train/sidelook.h"
#include "core/train/team.h"
#include "core/train/trainstate.h"
#include "tests/torch/trainfixture.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace plumage;
using namespace plumage::train;

namespace {

constexpr int photos = 48, rounds = 3, leastIterations = 8;

double distance(const std::vector<float>& a, const std::vector<float>& b)
{
    double most = a.size() == b.size() ? 0 : INFINITY;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        most = std::max(most, static_cast<double>(std::abs(a[i] - b[i])));
    return most;
}

bool check(const std::filesystem::path& folder)
{
    writeFixturePack(folder / "photos.pack", photos, 8);
    const PhotoPackReader pack(folder / "photos.pack");
    TrainOptions options = presetOptions("demo");
    options.schedule.kinds = 8;
    options.schedule.over = 1;
    options.schedule.batchSize = 16;
    const at::Device device = chooseDevice("auto");
    Team alone;
    TrainState state(options, pack, device, alone);
    Evaluator between(options, state.photos), beside(options, state.photos);
    SideLook side(options, device);
    bool good = true;
    for (int round = 0; round < rounds; ++round) {
        for (int i = 0; i < leastIterations; ++i)
            state.iterate();
        const std::int64_t step = state.step;
        between.prepareDiscriminator(state.networks, step);
        between.prepareGenerator(state.networks, step, 64);
        const SnapshotTensors wanted = between.look(state.networks, step, photos);
        const bool begun = side.begin(state.networks, [&beside, step](Networks& copies) {
            beside.prepareDiscriminator(copies, step);
            beside.prepareGenerator(copies, step, 64);
            return beside.look(copies, step, photos);
        });
        int meanwhile = 0;
        for (; begun && (meanwhile < leastIterations || !side.isReady()); ++meanwhile)
            state.iterate();
        const std::optional<SnapshotTensors> found = begun ? side.take() : std::nullopt;
        const double photosApart = found ? distance(found->embedding, wanted.embedding) : INFINITY, drawingsApart = found ? distance(found->drawingEmbedding, wanted.drawingEmbedding) : INFINITY;
        const bool ok = photosApart < 1e-3 && drawingsApart < 1e-3 && !state.isDirty();
        std::printf("%s round %d on %s: embeddings of photos %.1e apart, of drawings %.1e, %d iterations meanwhile%s\n", ok ? "ok  " : "FAIL", round, device.is_cuda() ? "cuda" : "cpu", photosApart,
            drawingsApart, meanwhile, state.isDirty() ? ", numbers that are not finite" : "");
        good &= ok;
    }
    return good;
}

} // namespace

int main()
{
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "plumage-lookcheck";
    std::filesystem::create_directories(folder);
    bool good = false;
    try {
        good = check(folder);
    } catch (const std::exception& error) {
        std::printf("FAIL stopped: %s\n", error.what());
    }
    std::filesystem::remove_all(folder);
    return good ? 0 : 1;
}
