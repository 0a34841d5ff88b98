// SPDX-License-Identifier: GPL-3.0-or-later
// The precompiled header of everything that uses LibTorch: tensors, modules and autograd, without data loaders, optimisers and layers.
#pragma once

#include <torch/csrc/autograd/custom_function.h>
#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <map>
#include <optional>
#include <string>
#include <vector>
