#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fetches LibTorch 2.11.0 (libtorch.pins) into a cache shared by all clones and prints its folder, which holds torch/ and nvidia/, as the last line.
# Downloads are verified and resumed; the folder is complete or absent. Environment:
#   PLUMAGE_LIBTORCH  a folder that holds torch/ already (for example the site-packages of a Python torch): nothing is fetched
#   PLUMAGE_CUDA      auto (default: with the CUDA libraries, some 5 GB, where an NVIDIA driver is present), on, off
#   PLUMAGE_CACHE     where to keep it; default: plumage in the user's cache folder
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() { echo "fetch-libtorch.sh: $1" >&2; exit 1; }

[[ $# == 0 ]] || fail "unknown argument '$1'; it takes none, see the environment variables on top of the file."
if [[ -n ${PLUMAGE_LIBTORCH:-} ]]; then
    [[ -e $PLUMAGE_LIBTORCH/torch/lib/libtorch_cpu.so ]] ||
        fail "PLUMAGE_LIBTORCH='$PLUMAGE_LIBTORCH' holds no torch/lib/libtorch_cpu.so. Name the folder that holds torch/, or unset it."
    (cd "$PLUMAGE_LIBTORCH" && pwd)
    exit 0
fi
[[ $(uname -sm) == "Linux x86_64" ]] ||
    fail "LibTorch is pinned for Linux on x86-64 only; this is $(uname -sm). Name your own with PLUMAGE_LIBTORCH."

case ${PLUMAGE_CUDA:-auto} in
    on) flavour=cuda ;;
    off) flavour=cpu ;;
    auto)
        if [[ -e /dev/nvidiactl || -d /proc/driver/nvidia ]] || command -v nvidia-smi >/dev/null; then
            flavour=cuda
        else
            flavour=cpu
        fi ;;
    *) fail "PLUMAGE_CUDA='$PLUMAGE_CUDA' is none of auto, on, off." ;;
esac

if [[ -z ${PLUMAGE_CACHE:-} && -z ${XDG_CACHE_HOME:-} && -z ${HOME:-} ]]; then
    fail "there is no HOME here; name a folder for the download with PLUMAGE_CACHE."
fi
cache=${PLUMAGE_CACHE:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/plumage}
mkdir -p "$cache" || fail "the cache folder '$cache' cannot be made; name another one with PLUMAGE_CACHE."
cache=$(cd "$cache" && pwd)
folder=$cache/libtorch-2.11.0-$flavour
if [[ ! -d $folder ]]; then
    python=
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -m pip --version >/dev/null 2>&1; then
            python=$candidate
            break
        fi
    done
    [[ -n $python ]] || fail "no python3 with pip here; packaging/install-packages.sh installs both."
    exec 9>"$cache/lock" || fail "'$cache' cannot be written; name another folder with PLUMAGE_CACHE."
    flock --nonblock 9 || { echo "Waiting for another fetch into $cache." >&2; flock 9; }
    if [[ ! -d $folder ]]; then
        "$python" "$here/fetchwheels.py" "$here/libtorch.pins" "$flavour" "$cache/downloads" "$folder" >&2
    fi
fi
echo "$folder"
