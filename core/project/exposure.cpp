// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/exposure.h"

#include <exiv2/exiv2.hpp>

#include <cmath>

namespace plumage::project {
namespace {

std::string text(const Exiv2::ExifData& exif, const char* key)
{
    const auto found = exif.findKey(Exiv2::ExifKey(key));
    if (found == exif.end())
        return {};
    std::string value = found->toString();
    while (!value.empty() && (value.back() == ' ' || value.back() == '\0'))
        value.pop_back();
    return value;
}

// "2024:05:17 06:31:02" -> "2024-05-17T06:31:02"
std::string isoTime(std::string time)
{
    if (time.size() < 19 || time[4] != ':' || time[7] != ':' || time[10] != ' ' || time.starts_with("0000"))
        return {};
    time.resize(19);
    time[4] = time[7] = '-';
    time[10] = 'T';
    return time;
}

std::optional<double> degrees(const Exiv2::ExifData& exif, const char* key, const char* hemisphereKey, char negative)
{
    const auto found = exif.findKey(Exiv2::ExifKey(key));
    if (found == exif.end() || found->count() < 3)
        return {};
    double value = 0, unit = 1;
    for (int i = 0; i < 3; ++i, unit /= 60)
        value += unit * static_cast<double>(found->toFloat(i));
    if (!std::isfinite(value) || value > 180)
        return {};
    const std::string hemisphere = text(exif, hemisphereKey);
    return !hemisphere.empty() && hemisphere.front() == negative ? -value : value;
}

} // namespace

Exposure readExposure(const std::filesystem::path& file)
{
    [[maybe_unused]] static const bool quiet = [] {
        Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
        return true;
    }();
    Exposure exposure;
    try {
        const auto image = Exiv2::ImageFactory::open(file.string());
        image->readMetadata();
        const Exiv2::ExifData& exif = image->exifData();
        exposure.taken = isoTime(text(exif, "Exif.Photo.DateTimeOriginal"));
        if (exposure.taken.empty())
            exposure.taken = isoTime(text(exif, "Exif.Image.DateTime"));
        exposure.latitude = degrees(exif, "Exif.GPSInfo.GPSLatitude", "Exif.GPSInfo.GPSLatitudeRef", 'S');
        exposure.longitude = degrees(exif, "Exif.GPSInfo.GPSLongitude", "Exif.GPSInfo.GPSLongitudeRef", 'W');
        const std::string maker = text(exif, "Exif.Image.Make"), model = text(exif, "Exif.Image.Model");
        exposure.camera = model.starts_with(maker) || maker.empty() ? model : maker + (model.empty() ? "" : " ") + model;
    } catch (const std::exception&) {    // no picture, no EXIF, damaged: nothing is stored
    }
    return exposure;
}

} // namespace plumage::project
