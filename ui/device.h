// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace plumage::ui {

// Name of the first NVIDIA device whose driver is loaded ("NVIDIA H200"), or empty. Reads two small kernel files; the worker has the last word.
QString foundCudaDevice();
QString deviceSentence(const QString& cudaDevice);    // for the start page

} // namespace plumage::ui
