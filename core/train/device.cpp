// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/device.h"

#include "core/base/error.h"
#include "core/model/accelerator.h"
#include "core/train/deviceinfo.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include <dlfcn.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace plumage::train {

namespace {

bool loadCuda()
{
    static const bool loaded = dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
    return loaded;
}

// Our own kernels, where this build has them and the device can run them
void loadAccelerator()
{
    static const bool once = [] {
        if (void* library = dlopen("libplumage_cuda.so", RTLD_NOW | RTLD_LOCAL))
            if (const auto make = reinterpret_cast<model::Accelerator* (*)()>(dlsym(library, "plumageAccelerator")))
                model::setAccelerator(make());
        return true;
    }();
    (void)once;
}

} // namespace

at::Device chooseDevice(const std::string& wanted)
{
    if (wanted != "auto" && wanted != "cpu" && wanted != "cuda")
        throw Error(ErrorCode::optionInvalid, "device " + wanted);
    if (wanted == "cpu")
        return at::kCPU;
    if (loadCuda() && at::hasCUDA() && at::detail::getCUDAHooks().getNumGPUs() > 0) {
        loadAccelerator();
        if (model::accelerator())
            model::accelerator()->useOwnStream();
        return at::Device(at::kCUDA, 0);
    }
    if (wanted == "cuda")
        throw Error(ErrorCode::deviceMissing, "cuda");
    return at::kCPU;
}

void setUpHost(int threads)
{
    if (threads > 0)
        at::set_num_threads(threads);
    at::globalContext().setFlushDenormal(true);
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 << 20);    // the largest that glibc takes
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
#endif
}

at::Tensor uploaded(const at::Tensor& host, at::Device device)
{
    return device.is_cpu() ? host : host.pin_memory().to(device, /*non_blocking=*/true);
}

at::Tensor indexTensor(const std::vector<std::int64_t>& values, at::Device device)
{
    return uploaded(at::tensor(values, at::kLong), device);
}

std::int64_t freeDeviceMemory(at::Device device)
{
    if (device.is_cpu())
        return 0;
    at::globalContext().lazyInitDevice(device.type());
    return static_cast<std::int64_t>(at::accelerator::getMemoryInfo(device.index()).first);
}

DeviceInfo deviceInfo()
{
    DeviceInfo info;
    info.libtorch = TORCH_VERSION;
    info.cpuCapability = at::get_cpu_capability();
    info.threads = at::get_num_threads();
    info.cudaLibraries = loadCuda();
    if (const at::Device device = chooseDevice("auto"); device.is_cuda()) {
        info.ownKernels = model::accelerator() != nullptr;
        info.cudaDevices = at::detail::getCUDAHooks().getNumGPUs();
        at::globalContext().lazyInitDevice(at::kCUDA);
        info.cudaMemory = static_cast<std::int64_t>(at::accelerator::getMemoryInfo(0).second);
    }
    return info;
}

} // namespace plumage::train
