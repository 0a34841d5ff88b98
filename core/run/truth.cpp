// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/truth.h"

#include <algorithm>
#include <map>

namespace plumage::run {

Truth folderTruth(const PhotoList& photos)
{
    std::map<std::string, std::int32_t> numbers;
    for (std::size_t row = 0; row < photos.rows.size(); ++row)
        numbers.emplace(photos.folder(row), 0);
    Truth truth;
    for (auto& [name, number] : numbers) {
        number = static_cast<std::int32_t>(truth.names.size());
        truth.names.push_back(name);
    }
    for (std::size_t row = 0; row < photos.rows.size(); ++row)
        truth.kinds.push_back(numbers[photos.folder(row)]);
    return truth;
}

std::optional<metrics::Scores> scoreSnapshot(const train::SnapshotTensors& snapshot, const Truth& truth, std::uint64_t seed)
{
    std::vector<std::int32_t> known, predicted;    // codes as 0..K-1: places among the active ones
    for (std::size_t row = 0; row < static_cast<std::size_t>(snapshot.photos) && row < truth.kinds.size(); ++row) {
        const auto code = std::ranges::lower_bound(snapshot.activeCodes, snapshot.codes[row * train::topCodes]);
        if (code == snapshot.activeCodes.end() || *code != snapshot.codes[row * train::topCodes])
            continue;
        known.push_back(truth.kinds[row]);
        predicted.push_back(static_cast<std::int32_t>(code - snapshot.activeCodes.begin()));
    }
    if (known.empty())
        return std::nullopt;
    return metrics::scoreAll(known, predicted, static_cast<int>(truth.names.size()), static_cast<int>(snapshot.activeCodes.size()), seed);
}

namespace {

// The members of a score, by name.
template<class Self, class Visit>
void forEachScore(Self& scores, Visit&& visit)
{
    visit("acc", scores.acc);
    visit("acc_chance", scores.accChance);
    visit("nmi", scores.nmi);
    visit("nmi_reference", scores.nmiReference);
    visit("ami", scores.ami);
    visit("ari", scores.ari);
    visit("purity", scores.purity);
    visit("homogeneity", scores.homogeneity);
    visit("completeness", scores.completeness);
    visit("v_measure", scores.vMeasure);
}

} // namespace

Json toJson(const metrics::Scores& scores)
{
    Json json = Json::object();
    forEachScore(scores, [&](const char* name, double value) { json.set(name, value); });
    json.set("kinds", scores.classes);
    json.set("compared_photos", scores.photos);
    return json;
}

metrics::Scores scoresFromJson(const Json& json)
{
    metrics::Scores scores;
    forEachScore(scores, [&](const char* name, double& value) { value = json[name].toDouble(); });
    scores.classes = static_cast<int>(json["kinds"].toInt());
    scores.photos = json["compared_photos"].toInt();
    return scores;
}

} // namespace plumage::run
