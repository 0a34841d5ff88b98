// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/trainoptions.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plumage {

inline constexpr int runFormat = 1;    // of run.toml and everything in a run folder; a higher number is refused with runTooNew

// What stands in run.toml: all that is needed to train the same run again.
struct RunManifest {
    int format = runFormat;
    std::string build = PLUMAGE_VERSION;    // program that made the run
    std::string created;                    // ISO 8601, UTC
    std::string device = "auto";            // auto, cpu, cuda
    std::string truth = "none";             // folders: folder names are the truth of evaluation plots; never training
    std::vector<std::string> roots;         // absolute folders; photos.csv has indices into them
    std::string photoListHash;              // PhotoList::hash()
    std::int64_t photos = 0;
    std::string pack;                       // photo pack, absolute, or relative to the run folder
    std::string parent;                     // run folder that this one continues from, or empty
    std::int64_t parentStep = 0;
    TrainOptions options;
};

std::string toToml(const RunManifest& manifest);

// Reads a parsed toml++ table (this header does not need toml++). Unknown keys are ignored, missing ones keep the preset's value.
// Throws Error runTooNew, runDamaged, optionInvalid, optionOutOfRange (detail: the field).
template<class Table>
RunManifest manifestFromToml(const Table& root)
{
    RunManifest m;
    m.format = static_cast<int>(root["format"].template value<std::int64_t>().value_or(0));
    if (m.format > runFormat)
        throw Error(ErrorCode::runTooNew, "run.toml");
    if (m.format < 1)
        throw Error(ErrorCode::runDamaged, "run.toml format");
    const auto text = [&](std::string_view key, std::string& value) { value = root[key].template value<std::string>().value_or(value); };
    text("build", m.build);
    text("created", m.created);
    text("device", m.device);
    text("truth", m.truth);
    text("photo_list_hash", m.photoListHash);
    text("pack", m.pack);
    text("parent", m.parent);
    m.photos = root["photos"].template value<std::int64_t>().value_or(0);
    m.parentStep = root["parent_step"].template value<std::int64_t>().value_or(0);
    if (const auto* roots = root["roots"].as_array())
        for (const auto& entry : *roots)
            m.roots.push_back(entry.template value<std::string>().value_or(std::string()));
    m.options = presetOptions(root["preset"].template value<std::string>().value_or("standard"));
    m.options.seed = static_cast<std::uint64_t>(root["seed"].template value<std::int64_t>().value_or(1));
    TrainOptions::forEachSection(m.options, [&](std::string_view section, auto& fields) {
        fields.forEachField(fields, [&](std::string_view name, auto& value, const auto& range) {
            const auto node = root[section][name];
            using T = std::decay_t<decltype(value)>;
            if (!node)
                return;
            if constexpr (std::is_enum_v<T>)
                setFieldText(name, value, range, node.template value<std::string>().value_or(std::string()));
            else if (const auto read = node.template value<T>())
                value = *read;
            else
                throw Error(ErrorCode::optionInvalid, std::string(section) + "." + std::string(name));
        });
    });
    if (const auto problem = m.options.check())
        throw Error(ErrorCode::optionOutOfRange, *problem);
    return m;
}

} // namespace plumage
