// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/safetensors.h"

#include <QTemporaryDir>
#include <QTest>

#include <torch/utils.h>

#include <cstring>

using namespace plumage;
using namespace plumage::model;

namespace {

std::string fileOf(const std::string& header, const std::string& data)
{
    const std::uint64_t length = header.size();
    std::string bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes + header + data;
}

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTypeAndShapeRoundTrips();
    void writtenHeaderIsAlignedAndOrdered();
    void foreignFileIsRead();
    void damagedFilesAreRefused_data();
    void damagedFilesAreRefused();
    void missingFileIsNamed();

private:
    QTemporaryDir m_folder;
    std::filesystem::path path() const { return std::filesystem::path(m_folder.path().toStdString()) / "a.safetensors"; }
};

void TestSafetensors::everyTypeAndShapeRoundTrips()
{
    const TensorMap tensors{{"float", torch::randn({3, 4})}, {"double", torch::randn({2, 1, 2}, torch::kDouble)}, {"long", torch::arange(5, torch::kLong) - 2},
        {"byte", torch::arange(256, torch::kByte)}, {"bool", torch::tensor({true, false, true})}, {"scalar", torch::tensor(4.5f)}, {"none", torch::zeros({0, 7})},
        {"strided", torch::randn({4, 6}).t()}};
    writeSafetensors(path(), tensors, {{"step", "12"}, {"quote", "a \"b\"\n"}});
    const TensorFile file = readSafetensors(path());
    QCOMPARE(file.tensors.size(), tensors.size());
    for (const auto& [name, tensor] : tensors) {
        QVERIFY2(file.tensors.at(name).equal(tensor), name.c_str());
        QCOMPARE(file.tensors.at(name).scalar_type(), tensor.scalar_type());
    }
    QCOMPARE(file.metadata, (TextMap{{"step", "12"}, {"quote", "a \"b\"\n"}}));
}

void TestSafetensors::writtenHeaderIsAlignedAndOrdered()
{
    writeSafetensors(path(), {{"a", torch::zeros({3}, torch::kByte)}, {"b", torch::zeros({2}, torch::kDouble)}});
    const std::string bytes = readFile(path());
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    QCOMPARE(length % 8, 0u);
    QCOMPARE(bytes.size(), sizeof length + length + 19);
    const Json header = Json::parse(std::string_view(bytes).substr(sizeof length, length));
    QCOMPARE(header["b"]["dtype"].toString(), "F64");
    QCOMPARE(header["b"]["data_offsets"].toArray()[1].toInt(), 16);    // wide types first, so that all are aligned
    QCOMPARE(header["a"]["data_offsets"].toArray()[0].toInt(), 16);
}

void TestSafetensors::foreignFileIsRead()
{
    writeFile(path(), fileOf(R"({"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}   )", std::string("\0\0\x80\x3f\0\0\0\xc0", 8)));
    QVERIFY(readSafetensors(path()).tensors.at("x").equal(torch::tensor({{1.0f, -2.0f}})));
}

void TestSafetensors::damagedFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, const std::string& header, std::size_t data = 8) {
        QTest::newRow(name) << QByteArray::fromStdString(fileOf(header, std::string(data, 'x')));
    };
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("header longer than the file") << QByteArray("\x40\0\0\0\0\0\0\0{}", 10);
    QTest::newRow("huge header") << QByteArray("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10);
    row("no json", "{\"x\":");
    row("a list", "[]");
    row("no shape", R"({"x":{"dtype":"F32","data_offsets":[0,8]}})");
    row("unknown type", R"({"x":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}})");
    row("beyond the end", R"({"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})");
    row("backwards", R"({"x":{"dtype":"F32","shape":[0],"data_offsets":[8,4]}})");
    row("shape and bytes differ", R"({"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})");
    row("negative side", R"({"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}})");
    row("product overflows", R"({"x":{"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}})");
    row("three offsets", R"({"x":{"dtype":"U8","shape":[8],"data_offsets":[0,8,9]}})");
    row("metadata is no text", R"({"__metadata__":{"a":1}})");
}

void TestSafetensors::damagedFilesAreRefused()
{
    QFETCH(QByteArray, bytes);
    writeFile(path(), bytes.toStdString());
    try {
        readSafetensors(path());
        QFAIL("the file was read");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::fileDamaged);
        QVERIFY(error.detail().starts_with(path().string()));
    }
}

void TestSafetensors::missingFileIsNamed()
{
    try {
        readSafetensors(path().string() + ".none");
        QFAIL("the file was read");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::fileMissing);
    }
}

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
