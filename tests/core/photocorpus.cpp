// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/photocorpus.h"

#include <QByteArray>
#include <array>
#include <cstdint>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace photocorpus {
namespace {

std::string bigEndian(std::uint32_t value, int count)
{
    std::string text;
    for (int i = count - 1; i >= 0; --i)
        text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
}

std::string littleEndian(std::uint32_t value, int count)
{
    std::string text = bigEndian(value, count);
    return {text.rbegin(), text.rend()};
}

std::uint32_t crc32(const std::string& bytes)
{
    std::uint32_t crc = ~0u;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

std::string repeated(const std::string& text, std::size_t times)
{
    std::string result;
    result.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i)
        result += text;
    return result;
}

} // namespace

cv::Mat quarters(int width, int height)
{
    cv::Mat picture(height, width, CV_8UC3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            picture.at<cv::Vec3b>(y, x) = 2 * y < height ? (2 * x < width ? cv::Vec3b(255, 0, 0) : cv::Vec3b(0, 255, 0))
                                                         : (2 * x < width ? cv::Vec3b(0, 0, 255) : cv::Vec3b(255, 255, 255));
    return picture;
}

std::string encoded(const char* ending, const cv::Mat& rgb, const std::vector<int>& parameters)
{
    cv::Mat stored;
    if (rgb.channels() == 1)
        stored = rgb;
    else
        cv::cvtColor(rgb, stored, rgb.channels() == 3 ? cv::COLOR_RGB2BGR : cv::COLOR_RGBA2BGRA);
    std::vector<unsigned char> bytes;
    cv::imencode(ending, stored, bytes, parameters);
    return {bytes.begin(), bytes.end()};
}

std::string withOrientation(const std::string& jpeg, int orientation)
{
    const std::string tiff = "MM" + bigEndian(42, 2) + bigEndian(8, 4) + bigEndian(1, 2) + bigEndian(274, 2) + bigEndian(3, 2) + bigEndian(1, 4)
        + bigEndian(static_cast<std::uint32_t>(orientation), 2) + bigEndian(0, 2) + bigEndian(0, 4);
    const std::string exif = std::string("Exif\0\0", 6) + tiff;
    return jpeg.substr(0, 2) + "\xff\xe1" + bigEndian(static_cast<std::uint32_t>(exif.size()) + 2, 2) + exif + jpeg.substr(2);
}

std::string cmykJpeg()
{
    return QByteArray::fromHex("ffd8ffee000e41646f626500640000000000ffdb0043000d090a0b0a080d0b0a0b0e0e0d0f13201513121213271c1e17202e2931302e292d2c333a4a"
                               "3e333646372c2d405741464c4e525352323e5a615a50604a51524fffc000140800080010044311004d11005911004b1100ffc40016000101010000"
                               "0000000000000000000000070800ffc40014100100000000000000000000000000000000ffda000e0443004d0059004b00003f004e180c09c9894e"
                               "a9d67fffd9")
        .toStdString();
}

std::string hugeGreyJpeg(int side)
{
    std::string head = encoded(".jpg", cv::Mat(8, 8, CV_8UC1, cv::Scalar(128)));
    const std::size_t frame = head.find("\xff\xc0");
    const std::size_t scan = head.find("\xff\xda");
    const std::string size = bigEndian(static_cast<std::uint32_t>(side), 2);
    head.replace(frame + 5, 4, size + size);
    head.resize(scan + 2 + 8);    // the header of a scan of one component
    // every block is 00 1010: no change of brightness, no texture; four of them are three bytes
    const auto blocks = static_cast<std::size_t>(side / 8) * static_cast<std::size_t>(side / 8);
    return head + repeated("\x28\xa2\x8a", blocks / 4) + "\xff\xd9";
}

std::string pngChunk(const std::string& name, const std::string& data)
{
    return bigEndian(static_cast<std::uint32_t>(data.size()), 4) + name + data + bigEndian(crc32(name + data), 4);
}

std::string png(int width, int height, int bitDepth, int colourType, const std::string& rows, const std::string& chunks)
{
    const std::string header = bigEndian(static_cast<std::uint32_t>(width), 4) + bigEndian(static_cast<std::uint32_t>(height), 4)
        + static_cast<char>(bitDepth) + static_cast<char>(colourType) + std::string(3, '\0');
    const QByteArray packed = qCompress(QByteArray::fromStdString(rows), 1).mid(4);    // Qt puts the length before the zlib stream
    return "\x89PNG\r\n\x1a\n" + pngChunk("IHDR", header) + chunks + pngChunk("IDAT", packed.toStdString()) + pngChunk("IEND", "");
}

std::string palettePng()
{
    const std::string row = std::string(1, '\0') + std::string(8, '\0') + std::string(8, '\1');
    return png(16, 8, 8, 3, repeated(row, 8), pngChunk("PLTE", std::string("\xff\0\0\0\xff\0", 6)) + pngChunk("tRNS", std::string("\xff\0", 2)));
}

std::string greyAlphaPng()
{
    const std::string row = std::string(1, '\0') + repeated(std::string("\0\xff", 2), 8) + std::string(16, '\0');
    return png(16, 8, 8, 4, repeated(row, 8));
}

std::string hugePng(int side)
{
    return png(side, side, 1, 0, std::string(static_cast<std::size_t>(side) * static_cast<std::size_t>((side + 7) / 8 + 1), '\0'));
}

std::string tiffWithOrientation(const cv::Mat& rgb, int orientation)
{
    std::string pixels;
    for (int y = 0; y < rgb.rows; ++y)
        pixels.append(reinterpret_cast<const char*>(rgb.ptr(y)), 3 * static_cast<std::size_t>(rgb.cols));
    const auto width = static_cast<std::uint32_t>(rgb.cols), height = static_cast<std::uint32_t>(rgb.rows);
    constexpr std::uint32_t entries = 10, directory = 8;
    constexpr std::uint32_t bits = directory + 2 + 12 * entries + 4, data = bits + 6;
    const auto bytes = static_cast<std::uint32_t>(pixels.size());
    const std::array<std::array<std::uint32_t, 4>, entries> fields{{{256, 4, 1, width}, {257, 4, 1, height}, {258, 3, 3, bits}, {259, 3, 1, 1}, {262, 3, 1, 2},
        {273, 4, 1, data}, {274, 3, 1, static_cast<std::uint32_t>(orientation)}, {277, 3, 1, 3}, {278, 4, 1, height}, {279, 4, 1, bytes}}};
    std::string file = std::string("II*\0", 4) + littleEndian(directory, 4) + littleEndian(entries, 2);
    for (const auto& [tag, type, count, value] : fields)
        file += littleEndian(tag, 2) + littleEndian(type, 2) + littleEndian(count, 4) + littleEndian(value, 4);
    return file + littleEndian(0, 4) + repeated(littleEndian(8, 2), 3) + pixels;
}

std::string animatedWebp(const std::string& first, const std::string& second, int width, int height)
{
    const std::string size = littleEndian(static_cast<std::uint32_t>(width - 1), 3) + littleEndian(static_cast<std::uint32_t>(height - 1), 3);
    const auto chunk = [](const std::string& name, const std::string& data) {
        return name + littleEndian(static_cast<std::uint32_t>(data.size()), 4) + data + std::string(data.size() % 2, '\0');
    };
    const auto frame = [&](const std::string& file) { return chunk("ANMF", std::string(6, '\0') + size + littleEndian(100, 3) + '\0' + file.substr(12)); };
    const std::string body = chunk("VP8X", littleEndian(2, 4) + size) + chunk("ANIM", std::string(6, '\0')) + frame(first) + frame(second);
    return "RIFF" + littleEndian(static_cast<std::uint32_t>(body.size()) + 4, 4) + "WEBP" + body;
}

} // namespace photocorpus
