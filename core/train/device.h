// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <string>
#include <vector>

namespace plumage::train {

// auto (a CUDA device if one works, else the CPU), cpu, cuda. Loads LibTorch's CUDA library before the first question about CUDA,
// since an early "no" would be kept; on a device with an accelerator the thread works on a stream of its own from then on. Throws Error
// deviceMissing if cuda was asked for and there is none, optionInvalid for another word.
at::Device chooseDevice(const std::string& wanted);
// For training on the host: number of threads of the calling thread's pool (0 = all cores; before its first operation), memory of tensors kept by
// the process instead of given back after every operation (page faults cost a third of the time of large ones), tiny numbers taken as 0.
void setUpHost(int threads);

at::Tensor uploaded(const at::Tensor& host, at::Device device);    // does not wait for the device; on the CPU the tensor itself
at::Tensor indexTensor(const std::vector<std::int64_t>& values, at::Device device);    // [n] i64; does not wait for the device
std::int64_t freeDeviceMemory(at::Device device);    // bytes; 0 for the CPU

} // namespace plumage::train
