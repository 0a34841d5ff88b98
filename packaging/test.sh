#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds everything and runs the tests; no display needed.
#   bash packaging/test.sh [CTEST_ARGUMENTS...]    for example: -L core, -R tst_scan, -C ci (with the bare build)
# PLUMAGE_WERROR=1: warnings are errors.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash packaging/build.sh --tests
export QT_QPA_PLATFORM=offscreen
exec ctest --test-dir build/release --output-on-failure --parallel "$(nproc)" "$@"
