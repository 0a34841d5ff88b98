#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, fetches LibTorch, then configures and builds build/release. run.sh and test.sh begin with it.
#   build.sh [--tests] [TARGET...]    --tests: with the packages of the tests; no target: everything
# PLUMAGE_WERROR=1|0 turns warnings into errors or back; PLUMAGE_JOBS limits the compilers that run side by side.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=()
if [[ ${1:-} == --tests ]]; then
    packages=(--tests)
    shift
fi
bash packaging/install-packages.sh "${packages[@]}"
libtorch=$(bash packaging/fetch-libtorch.sh)

# A file that includes LibTorch takes some 1.5 GB to compile.
memory=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo)
jobs=${PLUMAGE_JOBS:-$(nproc)}
((jobs <= memory)) || jobs=$((memory > 0 ? memory : 1))

cmake --preset release -DPLUMAGE_LIBTORCH="$libtorch" ${PLUMAGE_WERROR:+-DPLUMAGE_WERROR="$PLUMAGE_WERROR"}
cmake --build --preset release --parallel "$jobs" ${1:+--target "$@"}
