// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/demophotos.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/base/parallelrows.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace plumage::data {
namespace {

void check(bool good, const char* option)
{
    if (!good)
        throw Error(ErrorCode::optionOutOfRange, option);
}

} // namespace

void drawDemoPhotos(const DemoOptions& options, const std::filesystem::path& out,
    const std::function<void(std::int64_t, std::int64_t)>& progress, std::stop_token stop)
{
    check(options.species >= 2 && options.species <= 40, "species");
    check(options.each >= 1 && options.each <= 10'000, "each");
    check(options.size >= 32 && options.size <= 512, "size");
    std::filesystem::path target = std::filesystem::absolute(out).lexically_normal();
    if (!target.has_filename())
        target = target.parent_path();    // a trailing slash
    std::error_code error;
    if (std::filesystem::exists(target, error) && !std::filesystem::is_empty(target, error))
        throw Error(ErrorCode::folderNotEmpty, target.string());

    const std::vector<Plumage> species = demoSpecies(options.seed, options.species);
    AtomicFolder folder(target);
    std::vector<std::filesystem::path> folders;
    for (std::size_t i = 0; i < species.size(); ++i) {
        folders.push_back(folder.path() / (numberedName(static_cast<long long>(i) + 1, 2) + "-" + species[i].name));
        if (!std::filesystem::create_directory(folders.back(), error))
            throw systemError(error.value(), target.string(), ErrorCode::writeFailed);
    }
    const auto draw = [&](std::int64_t row) {
        const auto kind = static_cast<std::size_t>(row / options.each);
        const std::int64_t number = row % options.each + 1;
        cv::Mat bgr;
        cv::cvtColor(drawDemoPhoto(species[kind], options.size, options.seed, kind * 1'000'000 + static_cast<std::uint64_t>(number)), bgr, cv::COLOR_RGB2BGR);
        std::vector<unsigned char> png;
        cv::imencode(".png", bgr, png);
        writeFile(folders[kind] / (numberedName(number, 4) + ".png"), {reinterpret_cast<const char*>(png.data()), png.size()});
    };
    parallelRows(static_cast<std::int64_t>(options.species) * options.each, 2, draw, progress, stop);
    folder.commit();
}

} // namespace plumage::data
