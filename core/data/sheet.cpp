// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sheet.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/data/drawtext.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace plumage::data {
namespace {

constexpr int margin = 8, captionHeight = 18, titleWidth = 220;

std::size_t squareOf(int side) { return static_cast<std::size_t>(side) * static_cast<std::size_t>(side); }

std::uint8_t toByte(float unit) { return static_cast<std::uint8_t>(std::clamp(unit, 0.0F, 1.0F) * 255 + 0.5F); }    // 0..1

template<class T, class Convert>
cv::Mat interleave(std::span<const T> planes, int side, Convert&& convert)
{
    const std::size_t pixels = squareOf(side);
    if (planes.size() != 3 * pixels)
        throw Error(ErrorCode::shapeMismatch, "picture planes");
    cv::Mat picture(side, side, CV_8UC3);
    std::uint8_t* to = picture.ptr<std::uint8_t>();
    for (std::size_t i = 0; i < pixels; ++i)
        for (std::size_t c = 0; c < 3; ++c)
            to[3 * i + c] = convert(planes[c * pixels + i]);
    return picture;
}

// The whole picture inside [side,side], centred on pale grey.
cv::Mat fitted(const cv::Mat& picture, int side)
{
    cv::Mat tile(side, side, CV_8UC3, gridLine);
    if (picture.empty())
        return tile;
    const double scale = static_cast<double>(side) / std::max(picture.cols, picture.rows);
    const cv::Size size(std::clamp(cvRound(picture.cols * scale), 1, side), std::clamp(cvRound(picture.rows * scale), 1, side));
    cv::Mat scaled;
    cv::resize(picture, scaled, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    scaled.copyTo(tile(cv::Rect({(side - size.width) / 2, (side - size.height) / 2}, size)));
    return tile;
}

} // namespace

cv::Mat pictureFromPlanes(std::span<const float> planes, int side)
{
    return interleave(planes, side, [](float value) { return toByte((value + 1) / 2); });
}

cv::Mat pictureFromPlanes(std::span<const std::uint8_t> planes, int side)
{
    return interleave(planes, side, [](std::uint8_t value) { return value; });
}

cv::Mat pictureFromMask(std::span<const float> mask, int side)
{
    if (mask.size() != squareOf(side))
        throw Error(ErrorCode::shapeMismatch, "mask");
    cv::Mat picture(side, side, CV_8UC3);
    for (std::size_t i = 0; i < mask.size(); ++i)
        std::fill_n(picture.ptr<std::uint8_t>() + 3 * i, 3, toByte(mask[i]));
    return picture;
}

cv::Mat joinTiles(const std::vector<std::vector<cv::Mat>>& rows, int side)
{
    std::size_t columns = 1;
    for (const auto& row : rows)
        columns = std::max(columns, row.size());
    cv::Mat sheet(std::max(1, static_cast<int>(rows.size())) * side, static_cast<int>(columns) * side, CV_8UC3, cv::Scalar(0, 0, 0));
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < rows[r].size(); ++c)
            if (rows[r][c].size() == cv::Size(side, side))
                rows[r][c].copyTo(sheet(cv::Rect(static_cast<int>(c) * side, static_cast<int>(r) * side, side, side)));
            else if (!rows[r][c].empty())
                throw Error(ErrorCode::shapeMismatch, "tile");
    return sheet;
}

void markGenerated(cv::Mat& picture)
{
    constexpr int width = 2, dash = 6, gap = 4, corner = 5, wordFrom = 96;
    const auto dashes = [&](int length, auto&& place) {
        for (int at = 0; at < length; at += dash + gap)
            cv::rectangle(picture, place(at, std::min(dash, length - at)), generatedViolet, cv::FILLED);
    };
    dashes(picture.cols, [&](int at, int length) { return cv::Rect(at, 0, length, width); });
    dashes(picture.cols, [&](int at, int length) { return cv::Rect(at, picture.rows - width, length, width); });
    dashes(picture.rows, [&](int at, int length) { return cv::Rect(0, at, width, length); });
    dashes(picture.rows, [&](int at, int length) { return cv::Rect(picture.cols - width, at, width, length); });
    const cv::Point centre(picture.cols - corner - 4, corner + 4);
    const std::vector<cv::Point> diamond{centre + cv::Point(0, -corner), centre + cv::Point(corner, 0), centre + cv::Point(0, corner), centre + cv::Point(-corner, 0)};
    cv::fillConvexPoly(picture, diamond, paper, cv::LINE_AA);
    cv::polylines(picture, diamond, true, generatedViolet, 2, cv::LINE_AA);
    if (std::min(picture.cols, picture.rows) < wordFrom)
        return;
    constexpr int letters = 7;
    const int length = textWidth("generated", letters);
    cv::rectangle(picture, cv::Rect(4, picture.rows - letters - 10, length + 6, letters + 6), paper, cv::FILLED);
    drawText(picture, "generated", {7, picture.rows - 7}, letters, generatedViolet);
}

cv::Mat drawSheet(std::span<const SheetRow> rows, int tileSide)
{
    std::size_t columns = 1;
    for (const SheetRow& row : rows)
        columns = std::max(columns, row.tiles.size());
    const int pitch = tileSide + margin, rowHeight = tileSide + captionHeight + margin;
    const int height = 2 * margin + std::max(1, static_cast<int>(rows.size())) * rowHeight;
    cv::Mat sheet(height, titleWidth + static_cast<int>(columns) * pitch + margin, CV_8UC3, paper);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const int top = margin + static_cast<int>(r) * rowHeight;
        int left = margin;
        if (rows[r].colour[0] >= 0) {
            cv::rectangle(sheet, cv::Rect(left, top + 4, 14, 14), rows[r].colour, cv::FILLED);
            left += 22;
        }
        drawText(sheet, shortened(rows[r].title, 10, titleWidth - left - margin), {left, top + 16}, 10);
        for (std::size_t c = 0; c < rows[r].tiles.size(); ++c) {
            const Tile& tile = rows[r].tiles[c];
            const cv::Rect place(titleWidth + static_cast<int>(c) * pitch, top, tileSide, tileSide);
            cv::Mat picture = fitted(tile.picture, tileSide);
            if (tile.generated)
                markGenerated(picture);
            picture.copyTo(sheet(place));
            drawText(sheet, shortened(tile.caption, 8, tileSide), {place.x, top + tileSide + 13}, 8, paleInk);
        }
    }
    return sheet;
}

void writePng(const std::filesystem::path& file, const cv::Mat& picture)
{
    cv::Mat bgr;
    cv::cvtColor(picture, bgr, cv::COLOR_RGB2BGR);
    std::vector<unsigned char> png;
    if (!cv::imencode(".png", bgr, png))
        throw Error(ErrorCode::writeFailed, file.string());
    writeFileAtomically(file, {reinterpret_cast<const char*>(png.data()), png.size()});
}

} // namespace plumage::data
