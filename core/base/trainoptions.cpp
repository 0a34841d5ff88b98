// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/trainoptions.h"

#include "core/base/csv.h"
#include "core/base/error.h"

#include <algorithm>
#include <charconv>

namespace plumage {

std::optional<std::string> TrainOptions::check() const
{
    std::optional<std::string> problem;
    forEachSection(*this, [&](std::string_view section, const auto& fields) {
        fields.forEachField(fields, [&](std::string_view name, const auto& value, const auto& range) {
            bool fits = false;
            if constexpr (std::is_enum_v<std::decay_t<decltype(value)>>)
                fits = range.contains(static_cast<int>(value));
            else
                fits = range.contains(value);
            if (!fits && !problem)
                problem = std::string(section) + "." + std::string(name);
        });
    });
    const int side = network.imageSize;
    if (!problem && side != 32 && side != 64 && side != 128 && side != 256)
        problem = "network.image_size";
    if (!problem && losses.areaMin >= losses.areaMax)
        problem = "losses.area_min";
    return problem;
}

int defaultKinds(std::int64_t photos)
{
    return static_cast<int>(std::clamp<std::int64_t>(photos / 100, 2, 5000));
}

void fitToPhotos(TrainOptions& options, std::int64_t photos)
{
    if (photos < 2)
        throw Error(ErrorCode::tooFewPhotos, std::to_string(photos));
    if (options.schedule.kinds == 0) {
        options.schedule.kinds = defaultKinds(photos);
        options.schedule.over = std::min<int>(options.schedule.over, static_cast<int>(std::max<std::int64_t>(1, photos / options.schedule.kinds)));
    }
    if (options.codes() > photos || options.codes() > 32'000)
        throw Error(ErrorCode::tooManyCodes, std::to_string(options.codes()) + "/" + std::to_string(photos));
}

int codeTableRows(int codes)
{
    return (codes + std::max(64, codes) + 31) / 32 * 32;
}

TrainOptions presetOptions(std::string_view name)
{
    TrainOptions o;
    o.preset = name;
    if (name == "demo") {    // tuned on the drawn birds, docs/BENCHMARKS.md
        o.network = {.imageSize = 32, .ngf = 64, .ndf = 16, .tail = 8, .trunkRes = 1, .objectRes = 1};
        o.losses.wInfoD = 2;       // less firm codes part and join more easily
        o.losses.wInfoG = 2;
        o.losses.wContrast = 2;
        o.losses.areaMax = 0.3;    // a bird fills a quarter of its photo: the mask lets go of the background early
        o.losses.wArea = 10;
        o.views.realCrop = 0.8;
        o.schedule.over = 1;
        o.schedule.batchSize = 32;
        o.schedule.learningRate = 1e-3;
        o.schedule.maxSteps = 0;
        o.schedule.recentre = 100;
    } else if (name == "quick") {    // narrower than METHOD.md's first guess: more iterations on a processor, docs/BENCHMARKS.md
        o.network = {.imageSize = 64, .ngf = 64, .ndf = 16, .tail = 8, .trunkRes = 1, .objectRes = 1};
        o.losses.wContrast = 2;
        o.schedule.batchSize = 32;
        o.schedule.learningRate = 8e-4;
        o.schedule.maxSteps = 20'000;
    } else if (name == "paper") {
        o.network.ngf = 512;
        o.losses.marginalQueue = 0;
        o.schedule.maxSteps = 0;
        o.schedule.maxEpochs = 1000;
        o.schedule.preciseBn = false;
        o.schedule.emaG = false;
        o.schedule.readOut = ReadOut::centroid;
        o.schedule.czClamp = 0;
        o.schedule.lowPrecision = Choice::off;
    } else if (name != "standard") {
        throw Error(ErrorCode::optionInvalid, "preset " + std::string(name));
    }
    return o;
}

std::string formatNumber(double value)
{
    return numberText(value);
}

std::string formatNumber(std::int64_t value)
{
    return std::to_string(value);
}

void throwInvalidOption(std::string_view name, std::string_view text)
{
    throw Error(ErrorCode::optionInvalid, std::string(name) + " " + std::string(text));
}

double parseNumber(std::string_view name, std::string_view text)
{
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size())
        throwInvalidOption(name, text);
    return value;
}

std::int64_t parseInteger(std::string_view name, std::string_view text)
{
    std::int64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size())
        throwInvalidOption(name, text);
    return value;
}

} // namespace plumage
