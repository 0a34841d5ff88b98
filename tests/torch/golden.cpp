// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/torch/golden.h"

#include "core/base/atomicpath.h"

#include <QRegularExpression>

#include <cmath>

namespace plumage::golden {
namespace {

const std::filesystem::path folder = std::filesystem::path(PLUMAGE_SOURCE_DIR) / "tests/data/golden";

Json readJson(const char* name)
{
    return Json::parse(readFile(folder / name));
}

const char* key(Precision precision)
{
    return precision == Precision::f64 ? "f64" : "f32";
}

struct Tolerance {
    double relative, absolute;
};
Tolerance tolerance(const Json& entry, Precision precision)
{
    const auto& pair = entry[key(precision)].toArray();
    return {pair[0].toDouble(), pair[1].toDouble()};
}

QString message(const std::string& name, double difference)
{
    return QStringLiteral("%1 differs by %2").arg(QString::fromStdString(name)).arg(difference);
}

// "all within 4.1e-4, at most N of M off by more than 2e-6" or "... do not compare"
QString adamDifference(const std::string& name, const torch::Tensor& error, const QString& rule, double within)
{
    if (rule.contains(QLatin1String("do not compare")))
        return {};
    static const QRegularExpression most(QStringLiteral("at most (\\d+) of"));
    const double largest = error.max().item<double>();
    const auto off = (error > 2e-6).sum().item<std::int64_t>();
    const auto match = most.match(rule);
    if (match.hasMatch() && largest <= within && off <= match.captured(1).toLongLong())
        return {};
    return QStringLiteral("%1: %2 elements off").arg(message(name, largest)).arg(off);
}

} // namespace

torch::ScalarType scalarType(Precision precision)
{
    return precision == Precision::f64 ? torch::kDouble : torch::kFloat;
}

void convert(torch::nn::Module& network, Precision precision)
{
    const auto change = [&](torch::Tensor tensor) {
        if (tensor.is_floating_point())
            tensor.set_data(tensor.detach().to(scalarType(precision)));
    };
    for (const auto& parameter : network.parameters())
        change(parameter);
    for (const auto& buffer : network.buffers())
        change(buffer);
}

const Json& description()
{
    static const Json json = readJson("golden.json");
    return json;
}

Json structure()
{
    return readJson("structure_k400.json");
}

File::File(const std::string& name)
    : m_tensors(model::readSafetensors(folder / (name + ".safetensors")).tensors)
    , m_entries(description()["files"][name + ".safetensors"]["tensors"])
{
}

torch::Tensor File::at(const std::string& name, Precision precision) const
{
    const torch::Tensor tensor = m_tensors.at(name);
    return tensor.is_floating_point() ? tensor.to(scalarType(precision)) : tensor;
}

model::TensorMap File::part(const std::string& prefix, Precision precision) const
{
    model::TensorMap result;
    for (const auto& [name, tensor] : m_tensors)
        if (name.starts_with(prefix))
            result[name.substr(prefix.size())] = at(name, precision);
    return result;
}

QString File::difference(const std::string& name, const torch::Tensor& got, Precision precision) const
{
    const Json& entry = m_entries[name];
    const torch::Tensor stored = m_tensors.at(name).to(torch::kDouble), mine = got.detach().to(torch::kDouble);
    if (mine.sizes() != stored.sizes())
        return QString::fromStdString(name + " has another shape");
    if (!mine.isfinite().all().item<bool>())
        return QString::fromStdString(name + " is not finite");
    const auto [relative, absolute] = tolerance(entry, precision);
    const torch::Tensor error = (mine - stored).abs();
    if (precision == Precision::f32 && entry.find("f32_rule"))
        return adamDifference(name, error, QString::fromStdString(entry["f32_rule"].toString()), absolute);
    if ((error > absolute + relative * stored.abs()).any().item<bool>())
        return message(name, error.max().item<double>());
    if (precision == Precision::f32 && entry.find("f32_l2") && (mine - stored).norm().item<double>() > entry["f32_l2"].toDouble() * stored.norm().item<double>())
        return message(name + " (L2)", (mine - stored).norm().item<double>() / stored.norm().item<double>());
    return {};
}

QString lossDifference(const std::string& caseName, const std::string& term, double got, Precision precision)
{
    const Json& entry = description()["losses"][caseName][term];
    const auto [relative, absolute] = tolerance(entry, precision);
    const double stored = entry["float64"].toDouble();
    if (std::abs(got - stored) <= absolute + relative * std::abs(stored))
        return {};
    return message(caseName + " " + term, got - stored);
}

} // namespace plumage::golden
