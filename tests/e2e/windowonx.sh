#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# windowonx.sh PLUMAGE: the window opens on an X server (the other tests are offscreen) and the tour draws its pages there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME=$folder XDG_RUNTIME_DIR=$folder QT_QPA_PLATFORM=xcb
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME
xvfb-run -a -s "-screen 0 1600x1000x24" "$1" --tour "$folder/tour"
pictures=("$folder"/tour/*.png)
[[ -s ${pictures[0]} ]] || { echo "windowonx.sh: the tour left no picture." >&2; exit 1; }
