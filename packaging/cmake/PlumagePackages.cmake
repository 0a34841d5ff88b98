# SPDX-License-Identifier: GPL-3.0-or-later
# Every package that Plumage uses, found in one place.
if(PLUMAGE_TORCH)
    include(LibTorch)
endif()
if(PLUMAGE_BARE)
    return()
endif()
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Network Sql Svg Test PrintSupport LinguistTools)    # before QCustomPlot, which needs PrintSupport
find_package(QCustomPlotQt6 REQUIRED)
find_package(OpenCV REQUIRED COMPONENTS core imgproc imgcodecs)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)

find_path(PLUMAGE_XXHASH_INCLUDE xxhash.h REQUIRED)
find_library(PLUMAGE_XXHASH_LIBRARY xxhash REQUIRED)
add_library(plumage_xxhash INTERFACE)
target_link_libraries(plumage_xxhash INTERFACE "${PLUMAGE_XXHASH_LIBRARY}")
find_path(PLUMAGE_HNSWLIB_INCLUDE hnswlib/hnswlib.h REQUIRED)
add_library(plumage_hnswlib INTERFACE)
target_include_directories(plumage_hnswlib SYSTEM INTERFACE "${PLUMAGE_HNSWLIB_INCLUDE}")
