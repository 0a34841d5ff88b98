// SPDX-License-Identifier: GPL-3.0-or-later
// librarybench [PHOTOS] [FOLDER]: times of the library and of likeness on a made-up project of so many photos (default 100,000), with their targets. FOLDER: real photos to
// scan and hash, too. Prints one line a figure; no test.
#include "core/base/half.h"
#include "core/base/random.h"
#include "core/curation/commands.h"
#include "core/curation/curator.h"
#include "core/embedding/similarity.h"
#include "core/embedding/visualorder.h"
#include "core/project/phototable.h"
#include "core/project/projectfolder.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <unistd.h>

using namespace plumage;
using namespace plumage::curation;
namespace fs = std::filesystem;

namespace {

template<class Work> double milliseconds(Work work)
{
    const auto from = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - from).count();
}

void line(const char* what, double ms, const char* target)
{
    std::printf("%-58s %10.2f ms   %s\n", what, ms, target);
}

PhotoList madeUp(std::int64_t count)
{
    PhotoList list;
    list.roots = {"/survey/2026"};
    for (std::int64_t i = 1; i <= count; ++i) {
        char hash[33];
        std::snprintf(hash, sizeof hash, "%032llx", static_cast<unsigned long long>(i) * 2654435761u);
        list.rows.push_back({PhotoId{i}, 0, "station-" + std::to_string(i % 97) + "/IMG_" + std::to_string(100000 + i) + ".JPG", {}, hash});
    }
    return list;
}

void benchLibrary(const fs::path& project, std::int64_t photos)
{
    project::ProjectFolder::create(project).rememberPhotos(madeUp(photos));
    line("make the library of an older project", milliseconds([&] { project::Library::open(project, project::Library::Access::write); }), "");
    std::vector<PhotoId> many;
    for (std::int64_t i = 1; i <= std::min<std::int64_t>(photos, 100'000); ++i)
        many.push_back(PhotoId{i});
    const Place nowhere = [](PhotoId) { return std::optional<ClusterId>(); };
    {
        Curator curator(project::Library::open(project, project::Library::Access::write), [] { return std::int64_t{1}; });
        curator.apply(newCluster(curator.state(), {}, "Robin", nowhere));
        curator.apply(newCluster(curator.state(), {}, "Wren", nowhere));
        const ClusterId robin = *curator.state().byName("Robin"), wren = *curator.state().byName("Wren");
        line("label 100,000 photos in one command", milliseconds([&] { curator.apply(assign(curator.state(), many, robin, project::LabelSource::bulk, nowhere)); }), "");
        line("undo it", milliseconds([&] { curator.undo(); }), "");
        curator.redo();
        line("merge two clusters, 100,000 labels", milliseconds([&] { curator.apply(merge(curator.state(), std::array{robin}, wren, 100'000)); }), "target <= 100 ms");
        line("undo the merge", milliseconds([&] { curator.undo(); }), "target <= 100 ms");
        double sum = 0;
        for (int i = 0; i < 50; ++i)
            sum += milliseconds([&] { curator.apply(assign(curator.state(), std::array{many[static_cast<std::size_t>(i)]}, wren, project::LabelSource::seen, nowhere)); });
        line("one decision, mean of 50", sum / 50, "");
    }
    line("open (check, backup)", milliseconds([&] { project::Library::open(project, project::Library::Access::write); }), "");
    line("open again (nothing changed: no backup)", milliseconds([&] { project::Library::open(project, project::Library::Access::write); }), "");
    const project::Library library = project::Library::open(project, project::Library::Access::read);
    project::LibraryState state;
    std::shared_ptr<const PhotoList> list;
    line("read all decisions", milliseconds([&] { state = library.state(); }), "");
    line("read all photos", milliseconds([&] { list = std::make_shared<const PhotoList>(library.photos()); }), "");
    const project::PhotoTable table(list);
    line("where each photo lies, all of it", milliseconds([&] { table.with(state, RunId{1}); }), "");
    const project::PhotoTable joined = table.with(state, RunId{1});
    line("where each photo lies, after a label", milliseconds([&] { joined.after(std::array{PhotoId{7}}, state, RunId{1}); }), "target <= 10 ms");
    state.apply({project::ClusterEdit{ClusterId{2}, *state.find(ClusterId{2}), [&] { auto merged = *state.find(ClusterId{2}); merged.mergedInto = ClusterId{1}; return merged; }()}});
    line("where each photo lies, after a merge", milliseconds([&] { joined.after({}, state, RunId{1}); }), "");
}

void benchLikeness(std::size_t rows, std::size_t width)
{
    Random random(3);
    std::vector<std::uint16_t> values(rows * width);
    for (auto& value : values)
        value = halfFromFloat(static_cast<float>(random.uniform(-0.1, 0.1)));
    const embedding::HalfRows points{values, width};
    const std::vector<float> query = embedding::toFloats(points, std::array{0u});
    embedding::cosines(points, query);    // warm
    line("rank 100,000 x 512 by likeness, one core", milliseconds([&] { embedding::cosines(points, query); }), "target <= 50 ms");
    std::vector<std::uint32_t> some(4096);
    std::iota(some.begin(), some.end(), 0u);
    const std::vector<float> floats = embedding::toFloats(points, some);
    line("visual order of 4,096 photos, one core", milliseconds([&] { embedding::visualOrder({floats, width}); }), "");
}

} // namespace

int main(int argc, char** argv)
{
    const std::int64_t photos = argc > 1 ? std::atoll(argv[1]) : 100'000;
    const fs::path folder = fs::temp_directory_path() / ("librarybench-" + std::to_string(getpid()));
    std::printf("%lld photos\n", static_cast<long long>(photos));
    benchLibrary(folder / "bench.plumage", photos);
    benchLikeness(100'000, 512);
    if (argc > 2) {
        std::uint64_t bytes = 0;
        std::int64_t count = 0;
        const double ms = milliseconds([&] {
            for (const auto& photo : scan::scanFolders(std::array{fs::path(argv[2])}).photos) {
                bytes += photo.bytes;
                ++count;
            }
        });
        std::printf("scan and hash %lld photos: %.0f MB/s, target >= 300\n", static_cast<long long>(count), static_cast<double>(bytes) / ms / 1000);
    }
    fs::remove_all(folder);
}
