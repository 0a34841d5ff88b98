// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/evaluate.h"

#include "core/train/checkpoint.h"
#include "core/train/device.h"
#include "core/train/evaluator.h"
#include "core/train/torcherror.h"

namespace plumage::train {

SnapshotTensors evaluateCheckpoint(const std::filesystem::path& checkpoint, const PhotoPackReader& pack, const std::string& device, int threads)
{
    setUpHost(threads);
    const Checkpoint stored = readCheckpoint(checkpoint);
    TrainOptions options = checkpointOptions(stored.state);
    const bool hasReadOut = stored.parts.contains("trainer") && stored.parts.at("trainer").contains("read_out");
    if (!hasReadOut)    // an older one
        options.schedule.readOut = ReadOut::centroid;
    if (pack.side() != packSideFor(options.network.imageSize))
        throw Error(ErrorCode::packMismatch, std::to_string(pack.side()));
    return translated([&] {
        const at::Device chosen = chooseDevice(device);
        Networks networks(options, options.codes(), chosen);
        networks.setParts(stored.parts);
        const PhotoStore photos(pack, chosen);
        Evaluator evaluator(options, photos);
        if (hasReadOut)
            evaluator.readOffAt(stored.parts.at("trainer").at("read_out"));
        SnapshotTensors snapshot = evaluator.look(networks, stored.state["step"].toInt(), photos.photos());
        snapshot.seconds = stored.state["seconds"].toDouble();
        return snapshot;
    });
}

} // namespace plumage::train
