// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace plumage::project {

// What a camera stored beside the pixels (EXIF).
struct Exposure {
    std::string taken{};                          // local time of the camera, "2024-05-17T06:31:02"; empty = not stored
    std::optional<double> latitude{}, longitude{};    // degrees, north and east positive
    std::string camera{};                         // maker and model
    bool operator==(const Exposure&) const = default;
};

// Reads the file's header only. Never throws: what cannot be read was not stored. Any thread.
Exposure readExposure(const std::filesystem::path& file);

} // namespace plumage::project
