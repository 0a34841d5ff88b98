// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace plumage::train {

// What `plumage-worker info` prints of the machine.
struct DeviceInfo {
    std::string libtorch;            // version
    std::string cpuCapability;       // "AVX2", "AVX512", …
    int threads = 0;                 // LibTorch's number of threads
    bool cudaLibraries = false;      // libtorch_cuda could be loaded
    int cudaDevices = 0;             // that can be used
    std::int64_t cudaMemory = 0;     // bytes of the first one
    bool ownKernels = false;         // core/cuda is there and the device can run it
};
DeviceInfo deviceInfo();

} // namespace plumage::train
