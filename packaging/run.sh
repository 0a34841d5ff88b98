#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds, opens the window and trains: on the drawn demo photos, or on a folder of yours.
#   bash packaging/run.sh [PHOTOS_DIR]
# Without a display it trains for 5 minutes (PLUMAGE_MINUTES) and writes a report to look at in a browser.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() { echo "run.sh: $1" >&2; exit 2; }

case ${1:-} in
    -h | --help)
        sed -n '3,5s/^# //p' "${BASH_SOURCE[0]}"
        exit 0 ;;
    -*) fail "unknown option '$1'; it takes one folder of photos, or nothing for the demo photos." ;;
esac
[[ $# -le 1 ]] || fail "it takes one folder of photos, but was given $# names; put quotes around a name with spaces."
photos=
if [[ $# == 1 ]]; then
    [[ -n $1 ]] || fail "the name of the folder is empty; give a folder of photos, or nothing for the demo photos."
    [[ -d $1 ]] || fail "'$1' is no folder; give a folder of photos, or nothing for the demo photos."
    photos=$(cd -- "$1" 2>/dev/null && pwd) || fail "the folder '$1' cannot be opened; check its permissions."
fi

bash "$root/packaging/build.sh" plumage plumage-worker
bin=$root/build/release/bin

if [[ -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]; then
    if [[ -n $photos ]]; then
        exec "$bin/plumage" "$photos"
    fi
    exec "$bin/plumage" --demo
fi

echo "No display here: training without a window for ${PLUMAGE_MINUTES:-5} minutes."
data=${XDG_DATA_HOME:-${HOME:?run.sh: there is no HOME to keep the photos and runs in; set it, or XDG_DATA_HOME.}/.local/share}/plumage
truth=none
if [[ -z $photos ]]; then
    photos=$data/demo-photos
    truth=folders    # the demo photos lie in a folder per species; scores only, never trained on
    if [[ ! -d $photos ]]; then
        rm -rf "$photos.part"
        mkdir -p "$data"
        "$bin/plumage-worker" demo-photos --out "$photos.part"
        mv "$photos.part" "$photos"
    fi
fi
run=$data/runs/$(date +%Y%m%d-%H%M%S)-$$
mkdir -p "$data/runs"
"$bin/plumage-worker" train --photos "$photos" --out "$run" --preset demo --max-minutes "${PLUMAGE_MINUTES:-5}" --truth "$truth" --report
echo "The report: $run/report/index.html"
