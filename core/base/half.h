// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace plumage {

// IEEE 754 binary16 <-> binary32 in plain arithmetic (the build targets baseline x86-64, without F16C). Rounds to nearest even; too large becomes infinity.
std::uint16_t halfFromFloat(float value);
float floatFromHalf(std::uint16_t bits);

} // namespace plumage
