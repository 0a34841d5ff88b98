// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/pictureheader.h"

#include <algorithm>
#include <cstdlib>

namespace plumage::data {
namespace {

using Format = PictureHeader::Format;

// Numbers out of bytes; reading behind the end gives 0, so that damaged files need no checks at every field.
struct Bytes {
    std::string_view text;
    bool bigEndian = true;

    std::uint64_t number(std::size_t at, int count) const
    {
        std::uint64_t value = 0;
        for (int i = 0; i < count; ++i) {
            const std::size_t place = at + static_cast<std::size_t>(bigEndian ? i : count - 1 - i);
            value = value << 8 | (place < text.size() ? static_cast<unsigned char>(text[place]) : 0u);
        }
        return value;
    }
    unsigned u8(std::size_t at) const { return static_cast<unsigned>(number(at, 1)); }
    unsigned u16(std::size_t at) const { return static_cast<unsigned>(number(at, 2)); }
    std::uint32_t u32(std::size_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
    std::string_view word(std::size_t at) const { return at < text.size() ? text.substr(at, 4) : std::string_view(); }
};

// The first directory of a TIFF file or of an EXIF block, which is one.
struct TiffDirectory {
    std::int64_t width = 0, height = 0;
    int orientation = 1;
    unsigned samples = 1, photometric = 0;
};

std::optional<TiffDirectory> readTiff(std::string_view text)
{
    const bool little = text.starts_with(std::string_view("II*\0", 4));
    if (!little && !text.starts_with(std::string_view("MM\0*", 4)))
        return std::nullopt;
    const Bytes bytes{text, !little};
    const std::size_t start = bytes.u32(4);
    TiffDirectory directory;
    for (unsigned i = 0; i < bytes.u16(start); ++i) {
        const std::size_t entry = start + 2 + 12 * std::size_t{i};
        const std::uint32_t value = bytes.u16(entry + 2) == 3 ? bytes.u16(entry + 8) : bytes.u32(entry + 8);    // type 3: 16 bit, at the front
        switch (bytes.u16(entry)) {
        case 256: directory.width = value; break;
        case 257: directory.height = value; break;
        case 262: directory.photometric = value; break;
        case 274: directory.orientation = value >= 1 && value <= 8 ? static_cast<int>(value) : 1; break;
        case 277: directory.samples = value; break;
        default: break;
        }
    }
    return directory;
}

int orientationOf(std::string_view exif)
{
    const auto directory = readTiff(exif);
    return directory ? directory->orientation : 1;
}

// ITU-T T.81, annex B: segments up to the first scan.
std::optional<PictureHeader> readJpeg(const Bytes& bytes)
{
    PictureHeader header{.format = Format::jpeg};
    for (std::size_t at = 2; at + 4 <= bytes.text.size();) {
        if (bytes.u8(at) != 0xff)
            return std::nullopt;
        const unsigned marker = bytes.u8(at + 1);
        if (marker == 0xff) {    // fill byte
            ++at;
            continue;
        }
        if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {    // stand-alone
            at += 2;
            continue;
        }
        const std::size_t length = bytes.u16(at + 2);
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
            header.height = bytes.u16(at + 5);
            header.width = bytes.u16(at + 7);
            header.isProgressive = (marker & 3) == 2;
        } else if (marker == 0xe1 && bytes.text.substr(at + 4).starts_with(std::string_view("Exif\0\0", 6)) && length > 8) {
            header.orientation = orientationOf(bytes.text.substr(at + 10, length - 8));
        } else if (marker == 0xda) {
            const std::size_t end = bytes.text.rfind("\xff\xd9");    // coded data never holds these two bytes
            header.isCut = end == std::string_view::npos || end < at;
            return header;
        }
        if (length < 2)
            return std::nullopt;
        at += 2 + length;
    }
    return std::nullopt;
}

std::optional<PictureHeader> readPng(const Bytes& bytes)
{
    PictureHeader header{.format = Format::png, .width = bytes.u32(16), .height = bytes.u32(20)};
    header.hasAlpha = (bytes.u8(25) & 4) != 0;
    header.isCut = true;
    for (std::size_t at = 8; at + 12 <= bytes.text.size(); at += 12 + std::size_t{bytes.u32(at)}) {
        const std::string_view name = bytes.word(at + 4);
        if (name == "tRNS")
            header.hasAlpha = true;
        else if (name == "eXIf")
            header.orientation = orientationOf(bytes.text.substr(at + 8, bytes.u32(at)));
        else if (name == "IEND")
            header.isCut = false;
    }
    return header;
}

std::optional<PictureHeader> readWebp(const Bytes& bytes)
{
    PictureHeader header{.format = Format::webp};
    header.isCut = bytes.text.size() < 8 + std::size_t{bytes.u32(4)};
    const std::string_view kind = bytes.word(12);
    if (kind == "VP8 ") {
        header.width = bytes.u16(26) & 0x3fff;
        header.height = bytes.u16(28) & 0x3fff;
    } else if (kind == "VP8L") {
        header.width = (bytes.u32(21) & 0x3fff) + 1;
        header.height = (bytes.u32(21) >> 14 & 0x3fff) + 1;
        header.hasAlpha = (bytes.u32(21) >> 28 & 1) != 0;
    } else if (kind == "VP8X") {
        header.width = static_cast<std::int64_t>(bytes.number(24, 3)) + 1;
        header.height = static_cast<std::int64_t>(bytes.number(27, 3)) + 1;
        header.hasAlpha = (bytes.u8(20) & 0x10) != 0;
        header.isAnimated = (bytes.u8(20) & 0x02) != 0;
        for (std::size_t at = 12; at + 8 <= bytes.text.size(); at += 8 + (std::size_t{bytes.u32(at + 4)} + 1) / 2 * 2)
            if (bytes.word(at) == "EXIF") {
                const std::string_view exif = bytes.text.substr(at + 8, bytes.u32(at + 4));
                header.orientation = orientationOf(exif.starts_with("Exif") ? exif.substr(std::min<std::size_t>(6, exif.size())) : exif);
            }
    } else {
        return std::nullopt;
    }
    return header;
}

std::optional<PictureHeader> readBmp(const Bytes& bytes)
{
    PictureHeader header{.format = Format::bmp};
    if (bytes.u32(14) == 12) {
        header.width = bytes.u16(18);
        header.height = bytes.u16(20);
    } else {
        header.width = std::abs(std::int64_t{static_cast<std::int32_t>(bytes.u32(18))});
        header.height = std::abs(std::int64_t{static_cast<std::int32_t>(bytes.u32(22))});    // negative: top row first
    }
    return header;
}

std::optional<PictureHeader> readAny(std::string_view text)
{
    const Bytes big{text, true}, little{text, false};
    if (text.starts_with("\xff\xd8"))
        return readJpeg(big);
    if (text.starts_with("\x89PNG\r\n\x1a\n"))
        return readPng(big);
    if (text.starts_with("RIFF") && little.word(8) == "WEBP")
        return readWebp(little);
    if (text.starts_with("BM"))
        return readBmp(little);
    if (const auto tiff = readTiff(text)) {
        PictureHeader header{.format = Format::tiff, .width = tiff->width, .height = tiff->height, .orientation = tiff->orientation};
        header.hasAlpha = tiff->samples == 4 && tiff->photometric == 2;
        return header;
    }
    return std::nullopt;
}

std::string littleEndian(std::uint64_t value, int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
}

} // namespace

std::optional<PictureHeader> readPictureHeader(std::string_view bytes)
{
    const auto header = readAny(bytes);
    return header && header->width > 0 && header->height > 0 ? header : std::nullopt;
}

std::string firstWebpFrame(std::string_view file)
{
    const Bytes bytes{file, false};
    for (std::size_t at = 12; at + 8 <= file.size(); at += 8 + (std::size_t{bytes.u32(at + 4)} + 1) / 2 * 2) {
        constexpr std::size_t frameHeader = 16;    // place, size, duration, flags
        if (bytes.word(at) != "ANMF" || bytes.u32(at + 4) <= frameHeader)
            continue;
        const std::string_view size = file.substr(std::min(file.size(), at + 8 + 6), 6);    // width - 1 and height - 1, 24 bit each
        const std::string_view frame = file.substr(std::min(file.size(), at + 8 + frameHeader), bytes.u32(at + 4) - frameHeader);
        const std::string flags = littleEndian(frame.starts_with("ALPH") ? 0x10 : 0, 4);
        const std::string extended = frame.starts_with("VP8L") ? std::string() : "VP8X" + littleEndian(10, 4) + flags + std::string(size);
        return "RIFF" + littleEndian(4 + extended.size() + frame.size(), 4) + "WEBP" + extended + std::string(frame);
    }
    return {};
}

} // namespace plumage::data
