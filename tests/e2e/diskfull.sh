#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# diskfull.sh PLUMAGE_WORKER: a disk that fills up while a run trains costs nothing that was stored before, and the run goes on once there is room.
set -euo pipefail
if [[ ${2:-} != inside ]]; then
    unshare -rm true 2>/dev/null || { echo "diskfull.sh: skipped, no mounts allowed here."; exit 77; }
    exec unshare -rm bash "$0" "$1" inside
fi
worker=$1
disk=$(mktemp -d)
log=$(mktemp)
trap 'umount "$disk"; rmdir "$disk"; rm -f "$log"' EXIT
mount -t tmpfs -o size=64m tmpfs "$disk"
fail() { echo "diskfull.sh: $*" >&2; cat "$log" >&2; exit 1; }
train() {
    local status=0
    "$worker" train --photos "$disk/photos" --out "$disk/run" --clusters 4 --threads 1 "$@" >"$log" 2>&1 || status=$?
    return $status
}

"$worker" demo-photos --out "$disk/photos" --species 4 --each 16 --size 48 >/dev/null
train --preset demo --max-steps 3 || fail "three steps on a disk with room failed"
kept=$(cd "$disk/run" && find checkpoints snapshots -type f -exec sha256sum {} +)
dd if=/dev/zero of="$disk/filler" bs=64k status=none 2>/dev/null || true    # until nothing fits

status=0
train --resume --max-steps 6 || status=$?
((status >= 1 && status <= 125)) || fail "exit code $status on a full disk"
grep -q 'The disk is full' "$log" || fail "no sentence about the full disk"
[[ $(cd "$disk/run" && find checkpoints snapshots -type f -exec sha256sum {} +) == "$kept" ]] || fail "what was stored before has changed, or a part was left over"

rm "$disk/filler"
train --resume --max-steps 6 || fail "the run does not go on after the disk has room again"
[[ $(tail -n 1 "$log") == *'"steps": 6'* ]] || fail "not six steps at the end"
