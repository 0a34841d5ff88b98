// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/checkpoint.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/model/safetensors.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace plumage::train {

namespace {

constexpr std::array partNames{"generator", "generator_averaged", "discriminator", "adam_generator", "adam_discriminator", "trainer"};
constexpr const char* stateName = "state.json";

// Anything unreadable inside an existing checkpoint is damage of the checkpoint.
[[noreturn]] void throwDamaged(const std::filesystem::path& file)
{
    throw Error(ErrorCode::checkpointDamaged, file.string());
}

} // namespace

void writeCheckpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint)
{
    std::error_code ignored;
    std::filesystem::create_directories(folder.parent_path(), ignored);    // AtomicFolder tells what is wrong
    AtomicFolder target(folder);
    for (const char* name : partNames)
        model::writeSafetensors(target.path() / (std::string(name) + ".safetensors"), checkpoint.parts.at(name));
    Json state = checkpoint.state;
    state.set("format", checkpointFormat);
    state.set("build", PLUMAGE_VERSION);
    writeFile(target.path() / stateName, state.text(1));
    target.commit();
}

Checkpoint readCheckpoint(const std::filesystem::path& folder)
{
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
        throw Error(ErrorCode::checkpointMissing, folder.string());
    Checkpoint checkpoint;
    std::filesystem::path file = folder / stateName;
    try {
        checkpoint.state = Json::parse(readFile(file));
        const std::int64_t format = checkpoint.state["format"].toInt();
        if (format > checkpointFormat)
            throw Error(ErrorCode::fileTooNew, file.string());
        for (const char* name : partNames) {
            file = folder / (std::string(name) + ".safetensors");
            checkpoint.parts[name] = model::readSafetensors(file).tensors;
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::fileTooNew)
            throw;
        throwDamaged(file);
    }
    return checkpoint;
}

std::string checkpointFolderName(std::int64_t step)
{
    return numberedName(step, 6);
}

std::optional<std::filesystem::path> newestCheckpoint(const std::filesystem::path& checkpoints)
{
    std::optional<std::filesystem::path> newest;
    std::int64_t newestStep = -1;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(checkpoints, ignored)) {
        const std::string name = entry.path().filename().string();
        std::int64_t step = 0;
        const auto result = std::from_chars(name.data(), name.data() + name.size(), step);
        if (result.ec != std::errc() || result.ptr != name.data() + name.size() || !std::filesystem::exists(entry.path() / stateName, ignored))
            continue;
        if (step > newestStep) {
            newestStep = step;
            newest = entry.path();
        }
    }
    return newest;
}

Json optionsToJson(const TrainOptions& options)
{
    Json json = Json::object();
    json.set("preset", options.preset);
    json.set("seed", options.seed);
    TrainOptions::forEachSection(options, [&](std::string_view section, const auto& fields) {
        Json part = Json::object();
        fields.forEachField(fields, [&](std::string_view name, const auto& value, const auto& range) { part.set(std::string(name), fieldText(value, range)); });
        json.set(std::string(section), part);
    });
    return json;
}

TrainOptions checkpointOptions(const Json& state)
{
    try {
        const Json& json = state["options"];
        TrainOptions options = presetOptions(json["preset"].toString());
        options.seed = json["seed"].toUint();
        TrainOptions::forEachSection(options, [&](std::string_view section, auto& fields) {
            fields.forEachField(fields, [&](std::string_view name, auto& value, const auto& range) {
                if (const Json* text = json[section].find(name))
                    setFieldText(name, value, range, text->toString());
            });
        });
        if (const auto problem = options.check())
            throw Error(ErrorCode::checkpointDamaged, *problem);
        return options;
    } catch (const Error& error) {
        throw Error(ErrorCode::checkpointDamaged, std::string(stateName) + " " + error.detail());
    }
}

} // namespace plumage::train
