// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/device.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>

namespace plumage::ui {

QString foundCudaDevice()
{
    const QDir devices(QStringLiteral("/proc/driver/nvidia/gpus"));
    for (const QString& name : devices.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile file(devices.filePath(name + QStringLiteral("/information")));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        for (const QByteArray& line : file.readAll().split('\n'))
            if (line.startsWith("Model"))    // not shown: the kernel's word
                return QString::fromUtf8(line.mid(line.indexOf(':') + 1)).trimmed();
    }
    return {};
}

QString deviceSentence(const QString& cudaDevice)
{
    return cudaDevice.isEmpty()
        ? QCoreApplication::translate("plumage::ui::Device", "No CUDA device found: a small network trains on the processor. Sorting works fully.")
        : QCoreApplication::translate("plumage::ui::Device", "%1 found: training will be fast.").arg(cudaDevice);
}

} // namespace plumage::ui
