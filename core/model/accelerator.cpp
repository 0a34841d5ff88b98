// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/accelerator.h"

namespace plumage::model {

namespace {
Accelerator* theDevice = nullptr;
}

Accelerator* accelerator() { return theDevice; }

void setAccelerator(Accelerator* device) { theDevice = device; }

} // namespace plumage::model
