// SPDX-License-Identifier: GPL-3.0-or-later
// makeproject COUNT PROJECT [EDGE] [files]: a made-up project for benchmarks (syntheticproject.h), for example `makeproject 1000000 /tmp/bench/million.plumage`.
// EDGE: of the thumbnails, pixels (64). files: writes the photos too.
#include "tests/bench/syntheticproject.h"

#include "core/base/error.h"

#include <QtGui/QGuiApplication>

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv)
{
    const QGuiApplication app(argc, argv);
    if (argc < 3 || std::atoll(argv[1]) < 1) {
        std::fputs("makeproject COUNT PROJECT [EDGE] [files]\n", stderr);
        return 2;
    }
    plumage::bench::SyntheticProject wish{.photos = std::atoll(argv[1])};
    wish.codes = wish.photos < 50'000 ? 100 : 400;
    for (int i = 3; i < argc; ++i)
        if (std::string_view(argv[i]) == "files")
            wish.withFiles = true;
        else
            wish.edge = std::atoi(argv[i]);
    try {
        plumage::bench::makeProject(wish, argv[2]);
    } catch (const plumage::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
