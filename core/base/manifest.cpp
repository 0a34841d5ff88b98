// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/manifest.h"

namespace plumage {
namespace {

std::string quoted(std::string_view value)    // a TOML basic string
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            text += '\\';
            text += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            text += "\\u00";
            text += digits[(c >> 4) & 15];
            text += digits[c & 15];
        } else {
            text += c;
        }
    }
    return text + '"';
}

} // namespace

std::string toToml(const RunManifest& m)
{
    std::string text = "# A training run of Plumage; row i of photos.csv is row i of every array.\n";
    const auto line = [&](std::string_view key, const std::string& value) { text += std::string(key) + " = " + value + "\n"; };
    line("format", std::to_string(m.format));
    line("build", quoted(m.build));
    line("created", quoted(m.created));
    line("device", quoted(m.device));
    line("truth", quoted(m.truth));
    std::string roots;
    for (const std::string& root : m.roots)
        roots += (roots.empty() ? "" : ", ") + quoted(root);
    line("roots", "[" + roots + "]");
    line("photo_list_hash", quoted(m.photoListHash));
    line("photos", std::to_string(m.photos));
    line("pack", quoted(m.pack));
    line("parent", quoted(m.parent));
    line("parent_step", std::to_string(m.parentStep));
    line("preset", quoted(m.options.preset));
    line("seed", std::to_string(static_cast<std::int64_t>(m.options.seed)));
    TrainOptions::forEachSection(m.options, [&](std::string_view section, const auto& fields) {
        text += "\n[" + std::string(section) + "]\n";
        fields.forEachField(fields, [&](std::string_view name, const auto& value, const auto& range) {
            using T = std::decay_t<decltype(value)>;
            std::string written = fieldText(value, range);
            if constexpr (std::is_enum_v<T>)
                written = quoted(written);
            else if constexpr (std::is_floating_point_v<T>)
                if (written.find_first_of(".e") == std::string::npos)
                    written += ".0";
            line(name, written);
        });
    });
    return text;
}

} // namespace plumage
