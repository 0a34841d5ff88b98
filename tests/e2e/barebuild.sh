#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# barebuild.sh SOURCE BUILD LIBTORCH FULL_WORKER: the bare build configures, compiles, uses no header and no library beyond the standard
# library and LibTorch, and its worker trains on a pack that the full worker made.
set -euo pipefail
source=$1 build=$2 libtorch=$3 full=$4
fail() { echo "barebuild.sh: $1" >&2; exit 1; }

# As on a node that has none of them: asking for one is an error.
absent=()
for package in Qt6 QCustomPlotQt6 OpenCV Eigen3 fmt spdlog CLI11 tomlplusplus; do
    absent+=("-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON")
done
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DPLUMAGE_BARE=ON -DPLUMAGE_LIBTORCH="$libtorch" "${absent[@]}"
cmake --build "$build" --parallel "${PLUMAGE_JOBS:-$(nproc)}"

# Headers that lie in /usr/include would be found without asking CMake: look at what the compiler really read.
foreign='/usr/(include|local/include)/(.*/)?(qt6|opencv4|eigen3|Eigen|fmt|spdlog|CLI|toml\+\+|hnswlib|nlohmann|exiv2|xxhash\.h|xxh3\.h|qcustomplot\.h)(/|$)'
headers=$(ninja -C "$build" -t deps)
[[ $headers == *libtorch* || $headers == *torch/include* ]] || fail "ninja lists no LibTorch header: this check sees nothing."
if grep -E "$foreign" <<<"$headers"; then
    fail "the bare build reads the headers above, which a node with LibTorch and a compiler does not have."
fi
worker=$build/bin/plumage-worker
if ldd "$worker" | grep -E 'libQt|libopencv|libfmt|libspdlog|libxxhash'; then
    fail "the bare worker links the libraries above."
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$worker" info
"$full" demo-photos --out "$scratch/photos" --species 2 --each 40 --size 48
"$full" pack --photos "$scratch/photos" --size 32 --out "$scratch/photos.pack"
"$worker" train --pack "$scratch/photos.pack" --out "$scratch/run" --preset demo --clusters 2 --max-steps 3 | tee "$scratch/log"
"$worker" bench --size 32 --batch 8 --clusters 4 --width small --rounds 1 --iterations 1 --json | grep -q speedup_fast_over_reference || fail "bench compares nothing."
tail -n 1 "$scratch/log" | grep -q '"steps": *3\b' || fail "the last line of the training does not say 3 steps."
