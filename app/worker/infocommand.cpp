// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/infocommand.h"

#include "core/base/json.h"
#include "core/protocol/messagecodec.h"
#include "core/text/errortext.h"
#include "core/train/deviceinfo.h"

#include <QtCore/QCoreApplication>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace plumage::worker {
namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(WorkerInfo)
};

// The text after the colon in the first line of a file that begins with `key`; empty if there is none.
QString valueInFile(const std::filesystem::path& file, std::string_view key)
{
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with(key))
            return QString::fromStdString(line.substr(line.find(':') + 1)).trimmed();
    return {};
}

// Name of the first NVIDIA card as the kernel's driver tells it; empty without a driver. Needs no CUDA library.
QString nvidiaCard()
{
    std::error_code none;
    for (const auto& card : std::filesystem::directory_iterator("/proc/driver/nvidia/gpus", none))
        return valueInFile(card.path() / "information", "Model");
    return {};
}

void printLine(const QString& name, const QString& value)
{
    std::printf("%-16s %s\n", qUtf8Printable(name), qUtf8Printable(value));
}

protocol::WorkerInfo infoOf(const train::DeviceInfo& device)
{
    const QString card = nvidiaCard();
    const bool cuda = device.cudaDevices > 0;
    return {.build = QStringLiteral(PLUMAGE_VERSION),
        .device = QLatin1String(cuda ? "cuda" : "cpu"),
        .libtorch = QString::fromStdString(device.libtorch),
        .cpuCapability = QString::fromStdString(device.cpuCapability),
        .deviceName = cuda ? card : valueInFile("/proc/cpuinfo", "model name"),
        .threads = device.threads,
        .warning = card.isEmpty() || cuda ? QString() : QString::fromStdString(std::string(errorName(ErrorCode::deviceMissing)))};
}

} // namespace

protocol::WorkerInfo machineInfo() { return infoOf(train::deviceInfo()); }

void infoCommand(const InfoArguments& arguments)
{
    const train::DeviceInfo device = train::deviceInfo();
    const protocol::WorkerInfo info = infoOf(device);
    if (arguments.json) {
        Json json = Json::object();
        for (const auto& [key, value] : protocol::toCbor(info)) {
            const std::string name = key.toString().toStdString();
            json.set(name, value.isInteger() ? Json(static_cast<std::int64_t>(value.toInteger())) : Json(value.toString().toStdString()));
        }
        std::printf("%s\n", json.text().c_str());
        return;
    }
    printLine(Texts::tr("Plumage"), info.build);
    printLine(Texts::tr("Device"), info.device + QStringLiteral(" (%1)").arg(info.deviceName));
    if (device.cudaDevices > 0)
        printLine(Texts::tr("Own kernels"), device.ownKernels ? Texts::tr("yes") : Texts::tr("no: Plumage was built without nvcc, or the device is older than bfloat16"));
    printLine(Texts::tr("LibTorch"), info.libtorch);
    printLine(Texts::tr("CPU capability"), info.cpuCapability);
    printLine(Texts::tr("Threads"), QString::number(info.threads));
    if (!info.warning.isEmpty())
        std::printf("%s\n", qUtf8Printable(text::errorText(ErrorCode::deviceMissing, nvidiaCard())));
}

} // namespace plumage::worker
