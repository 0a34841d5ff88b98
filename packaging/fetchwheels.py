# SPDX-License-Identifier: GPL-3.0-or-later
"""fetchwheels.py PINS cpu|cuda DOWNLOADS FOLDER: fetches the pinned wheels into DOWNLOADS and unpacks them into FOLDER.

A broken download goes on where it stopped (FILE.part), also in the next start; every file is checked against its SHA-256;
FOLDER appears by one rename when all is there. Indexes, certificates, proxies: as pip is configured on this machine.
"""
import errno
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import time
import zipfile

ATTEMPTS = 5
CHUNK = 1 << 20
# What the CPU needs of the wheels (prefixes of member names); the cuda flavour takes all of lib/ and include/.
CPU_MEMBERS = ("torch/include/", "torch/lib/libc10.so", "torch/lib/libtorch_cpu.so", "torch/lib/libgomp",
               "nvidia/cu13/lib/libcudart.so", "nvidia/cu13/lib/libcupti.so")
CUDA_MEMBERS = ("torch/include/", "torch/lib/", "nvidia/")
NOT_LIBRARIES = (".a", ".py", "libtorch_python.so")
LICENCES = ("LICENSE", "LICENCE", "NOTICE", "License.txt", "METADATA")


class Pin:
    def __init__(self, line):
        self.flavour, self.version, self.sha256, self.file = line.split()
        distribution, _, python, abi, self.platforms = self.file.removesuffix(".whl").split("-")
        self.name = distribution.replace("_", "-")
        self.tags = ["--python-version", "311", "--implementation", "cp", "--abi", "cp311", "--abi", "none"]
        for platform in self.platforms.split("."):
            self.tags += ["--platform", platform]


def say(text):
    print(text, file=sys.stderr, flush=True)


class Index:
    """pip's own idea of where packages are. These are pip's internals (the same from 20 to 25): callers fall back to `pip download`."""

    def __init__(self, pin):
        from pip._internal.cli.cmdoptions import make_target_python
        from pip._internal.commands import create_command

        command = create_command("download")
        options, _ = command.parse_args(["--no-cache-dir", "--no-deps", "--only-binary=:all:", *pin.tags, pin.name])
        self.session = command._build_session(options)
        finder = command._build_package_finder(options=options, session=self.session, target_python=make_target_python(options))
        self.urls = [found.link.url_without_fragment for found in finder.find_all_candidates(pin.name)
                     if found.link.filename == pin.file]

    def get(self, url, offset):
        headers = {"Accept-Encoding": "identity"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
        response = self.session.get(url, headers=headers, stream=True)
        if response.status_code != 416:    # 416: nothing is left to send
            response.raise_for_status()
        return response


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()


def transfer(index, url, part):
    """Appends to `part` what it lacks."""
    offset = part.stat().st_size if part.exists() else 0
    response = index.get(url, offset)
    if response.status_code == 416:
        return
    if response.status_code != 206:    # the server cannot go on in the middle
        offset = 0
    total = offset + int(response.headers.get("content-length", 0))
    if offset:
        say(f"  going on at {offset / 1e6:.0f} of {total / 1e6:.0f} MB")
    shown = time.monotonic()
    with open(part, "ab" if offset else "wb") as file:
        for block in response.iter_content(CHUNK):
            file.write(block)
            if time.monotonic() - shown > 10:
                shown = time.monotonic()
                say(f"  {file.tell() / 1e6:.0f} of {total / 1e6:.0f} MB")
    if total and part.stat().st_size < total:
        raise ConnectionError("the connection ended early")


def plain_download(pin, downloads):
    """Without resuming, through pip's command line alone."""
    target = downloads / "pip"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", *pin.tags,
               "--dest", str(target), f"{pin.name}=={pin.version}"]
    if subprocess.run(command).returncode != 0 or not (target / pin.file).exists():
        raise ConnectionError(f"pip could not download {pin.file}")
    os.replace(target / pin.file, downloads / (pin.file + ".part"))


def fetch(pin, downloads, part):
    try:
        index = Index(pin)
    except (ImportError, AttributeError, TypeError):    # a pip with other internals
        plain_download(pin, downloads)
        return
    if not index.urls:
        raise ConnectionError(f"pip's index does not list {pin.file}, or it cannot be reached")
    transfer(index, index.urls[0], part)


def first_line(error):
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def download(pin, downloads):
    """Returns the verified wheel."""
    wheel, part = downloads / pin.file, downloads / (pin.file + ".part")
    if wheel.exists():
        return wheel
    problem, damaged = "", False
    for attempt in range(ATTEMPTS):
        if problem:
            say(f"  {problem}; attempt {attempt + 1} of {ATTEMPTS}")
            time.sleep(2 * attempt)
        try:
            fetch(pin, downloads, part)
        except OSError as error:    # those of pip's session (requests) are of this kind
            if error.errno == errno.ENOSPC:
                raise
            problem = first_line(error)
        except Exception as error:    # pip's own and urllib3's, met in the middle of a body
            problem = first_line(error)
        else:
            if sha256(part) == pin.sha256:
                os.replace(part, wheel)
                return wheel
            part.unlink()
            problem = f"{pin.file} does not have the pinned SHA-256"
            if damaged:
                break
            damaged = True    # once more from its beginning
    sys.exit(f"fetchwheels.py: {problem}. What was downloaded is kept; run it again to go on, or name a LibTorch with PLUMAGE_LIBTORCH.")


def wanted(member, flavour):
    if member.endswith("/"):
        return False
    if ".dist-info/" in member:
        return member.split("/")[-1].startswith(LICENCES)
    if member.endswith(NOT_LIBRARIES):
        return False
    return member.startswith(CUDA_MEMBERS if flavour == "cuda" else CPU_MEMBERS)


def main():
    pins_file, flavour, downloads, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
    pins = [Pin(line) for line in open(pins_file) if line.strip() and not line.startswith("#")]
    pins = [pin for pin in pins if flavour == "cuda" or pin.flavour == "cpu"]
    downloads.mkdir(parents=True, exist_ok=True)
    wheels = []
    for pin in pins:
        say(f"LibTorch: {pin.file}")
        wheels.append(download(pin, downloads))

    say("LibTorch: unpacking")
    unpacked = folder.with_name(folder.name + ".part")
    shutil.rmtree(unpacked, ignore_errors=True)
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked, [name for name in archive.namelist() if wanted(name, flavour)])
    os.sync()
    os.rename(unpacked, folder)
    shutil.rmtree(downloads)    # half a gigabyte that nobody needs any more


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("fetchwheels.py: interrupted; run it again to go on.")
    except OSError as error:
        sys.exit(f"fetchwheels.py: {error.strerror or error} ({error.filename or sys.argv[3]}). Some 2 GB (CUDA: 9 GB) must be free there; "
                 "PLUMAGE_CACHE names another folder.")
