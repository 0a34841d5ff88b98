#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the Debian packages that Plumage is built with and runs on; does nothing when all are there. Needs bash and apt only.
#   install-packages.sh          what building and running the program takes
#   install-packages.sh --tests  the same and what the tests take
#   install-packages.sh --bare   only what the bare build takes (no Qt, no OpenCV)
#   install-packages.sh --list   prints the names and installs nothing (after another option: of that set)
# PLUMAGE_SKIP_PACKAGES=1: the packages are somebody else's business (another distribution, a container image).
set -euo pipefail

compiler=(g++ cmake ninja-build ccache)
fetching=(python3 python3-pip ca-certificates)    # pip brings LibTorch; no Python at run time
libraries=(qt6-base-dev qt6-base-private-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools linguist-qt6 qt6-svg-dev
    libqcustomplot-dev libopencv-dev libexiv2-dev libsqlite3-dev libxxhash-dev libspdlog-dev libfmt-dev libcli11-dev libtomlplusplus-dev
    libhnswlib-dev libeigen3-dev)
plugins=(libqt6sql6-sqlite libqt6svg6 qt6-image-formats-plugins qt6-wayland fonts-dejavu-core)    # loaded by name: no library asks for them
tests=(xvfb xauth)

fail() { echo "install-packages.sh: $1" >&2; exit 1; }

packages=("${compiler[@]}" "${fetching[@]}" "${libraries[@]}" "${plugins[@]}")
list=no
for argument in "$@"; do
    case $argument in
        --tests) packages+=("${tests[@]}") ;;
        --bare) packages=("${compiler[@]}" "${fetching[@]}") ;;
        --list) list=yes ;;
        *) fail "unknown option '$argument'; it takes --tests, --bare or --list." ;;
    esac
done
if [[ $list == yes ]]; then
    echo "${packages[@]}"
    exit 0
fi
if [[ ${PLUMAGE_SKIP_PACKAGES:-} == 1 ]]; then
    exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "this system has no apt-get. Install the counterparts of these Debian packages yourself, then set PLUMAGE_SKIP_PACKAGES=1: ${packages[*]}"
fi

missing=()
for package in "${packages[@]}"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
done
if [[ ${#missing[@]} == 0 ]]; then
    exit 0
fi

asRoot=()
if [[ $EUID != 0 ]]; then
    command -v sudo >/dev/null ||
        fail "packages are missing and there is no sudo here. Run this as root, then start again: apt-get update && apt-get install ${missing[*]}"
    asRoot=(sudo)
fi
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
# A source that cannot be reached (somebody's third-party list) is no reason to stop: the install below tells.
"${asRoot[@]}" apt-get update -q || echo "apt-get update met errors; going on with the package lists that are there." >&2
"${asRoot[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install the packages (its message stands above). Plumage needs Debian 12 or newer, and the network."
