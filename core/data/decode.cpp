// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/decode.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/data/pictureheader.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <new>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <streambuf>

namespace plumage::data {
namespace {

constexpr std::int64_t mostPixels = 300'000'000;                  // decoded; 900 MB as RGB
constexpr std::size_t mostBytes = std::size_t{2} << 30;           // of a file

// OpenCV tells bad files on std::cerr; here they are Errors. What a thread writes to std::cerr while it lives is dropped, other threads are not disturbed.
class Silence {
public:
    Silence()
    {
        static Filter filter;
        ++depth;
    }
    ~Silence() { --depth; }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    static thread_local int depth;
    class Filter : public std::streambuf {
    public:
        Filter() : m_next(std::cerr.rdbuf(this))
        {
            cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
            cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });
        }
        ~Filter() override { std::cerr.rdbuf(m_next); }

    protected:
        int_type overflow(int_type c) override { return depth > 0 || traits_type::eq_int_type(c, traits_type::eof()) ? traits_type::not_eof(c) : m_next->sputc(static_cast<char>(c)); }
        std::streamsize xsputn(const char* text, std::streamsize count) override { return depth > 0 ? count : m_next->sputn(text, count); }
        int sync() override { return m_next->pubsync(); }

    private:
        std::streambuf* m_next;
    };
};
thread_local int Silence::depth = 0;

// 1, 2, 4 or 8: how much smaller a JPEG may be decoded.
int reductionFor(const PictureHeader& header, const std::optional<Box>& box, int wantedSide)
{
    if (header.format != PictureHeader::Format::jpeg || wantedSide <= 0)
        return 1;
    const double share = box ? std::min(box->width, box->height) : 1.0;    // the smaller one: the orientation does not matter then
    const double side = static_cast<double>(std::min(header.width, header.height)) * share;
    int reduction = 8;
    while (reduction > 1 && side / reduction < wantedSide)
        reduction /= 2;
    return reduction;
}

// [H,W] CV_8UC3, B, G, R
cv::Mat toEightBitBgr(cv::Mat picture)
{
    if (picture.depth() == CV_16U)
        picture.convertTo(picture, CV_8U, 1.0 / 257);
    if (picture.depth() != CV_8U)
        return {};
    cv::Mat bgr;
    if (picture.channels() == 1)
        cv::cvtColor(picture, bgr, cv::COLOR_GRAY2BGR);
    else if (picture.channels() == 3)
        bgr = picture;
    else if (picture.channels() == 4) {
        bgr.create(picture.size(), CV_8UC3);
        for (int y = 0; y < picture.rows; ++y)
            for (int x = 0; x < picture.cols; ++x) {
                const cv::Vec4b& from = picture.at<cv::Vec4b>(y, x);
                for (int c = 0; c < 3; ++c)    // over white
                    bgr.at<cv::Vec3b>(y, x)[c] = static_cast<std::uint8_t>((from[c] * from[3] + 255 * (255 - from[3]) + 127) / 255);
            }
    }
    return bgr;
}

cv::Mat upright(const cv::Mat& stored, int orientation)
{
    cv::Mat turned = stored;
    if (orientation >= 5)
        cv::transpose(stored, turned);    // 5 is the transposed picture, 6..8 are that and a flip
    cv::Mat result;
    switch (orientation) {
    case 2:
    case 6: cv::flip(turned, result, 1); return result;
    case 4:
    case 8: cv::flip(turned, result, 0); return result;
    case 3:
    case 7: cv::flip(turned, result, -1); return result;
    default: return turned;
    }
}

cv::Mat cutTo(const cv::Mat& picture, const Box& box)
{
    const auto edge = [](double share, int size) { return std::clamp(static_cast<int>(std::lround(share * size)), 0, size); };
    const int left = std::min(edge(box.x, picture.cols), picture.cols - 1), top = std::min(edge(box.y, picture.rows), picture.rows - 1);
    const int right = std::max(edge(box.x + box.width, picture.cols), left + 1), bottom = std::max(edge(box.y + box.height, picture.rows), top + 1);
    return picture(cv::Rect(left, top, right - left, bottom - top));
}

cv::Mat decodeBytes(const std::string& bytes, const PictureHeader& header, int reduction)
{
    int flags = cv::IMREAD_COLOR;
    if (header.hasAlpha)
        flags = cv::IMREAD_UNCHANGED;
    else if (reduction > 1)
        flags = reduction == 2 ? cv::IMREAD_REDUCED_COLOR_2 : reduction == 4 ? cv::IMREAD_REDUCED_COLOR_4 : cv::IMREAD_REDUCED_COLOR_8;
    if (header.format != PictureHeader::Format::tiff && !header.hasAlpha)
        flags |= cv::IMREAD_IGNORE_ORIENTATION;    // upright() does it for all formats alike; OpenCV's TIFF reader turns by itself
    const cv::Mat buffer(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
    return toEightBitBgr(cv::imdecode(buffer, flags));
}

} // namespace

cv::Mat decodePhoto(const std::filesystem::path& file, const std::optional<Box>& box, int wantedSide)
{
    const Silence silence;
    const Error unreadable(ErrorCode::photoUnreadable, file.string());
    try {
        std::string bytes = readFile(file, mostBytes - 1);
        const auto header = readPictureHeader(bytes);
        if (!header || header->isCut)
            throw unreadable;
        const int reduction = reductionFor(*header, box, wantedSide);
        const int shrink = header->isProgressive ? 1 : reduction;
        if (header->width / shrink > mostPixels / std::max<std::int64_t>(1, header->height / shrink))
            throw Error(ErrorCode::photoTooLarge, file.string());
        if (header->isAnimated)
            bytes = firstWebpFrame(bytes);
        cv::Mat picture = decodeBytes(bytes, *header, reduction);
        if (picture.empty())
            throw unreadable;
        if (header->format != PictureHeader::Format::tiff)
            picture = upright(picture, header->orientation);
        if (box)
            picture = cutTo(picture, *box);
        cv::Mat rgb;
        cv::cvtColor(picture, rgb, cv::COLOR_BGR2RGB);
        return rgb;
    } catch (const Error& error) {
        throw error.code() == ErrorCode::fileMissing || error.code() == ErrorCode::photoTooLarge ? error : unreadable;
    } catch (const cv::Exception& problem) {
        throw problem.code == cv::Error::StsNoMem ? Error(ErrorCode::photoTooLarge, file.string()) : unreadable;
    } catch (const std::bad_alloc&) {
        throw Error(ErrorCode::photoTooLarge, file.string());
    }
}

PackedPhoto packedForm(const cv::Mat& picture, int side)
{
    constexpr int longest = 3;
    const int width = std::min(picture.cols, longest * picture.rows), height = std::min(picture.rows, longest * picture.cols);
    const cv::Mat cut = picture(cv::Rect((picture.cols - width) / 2, (picture.rows - height) / 2, width, height));
    PackedPhoto packed;
    packed.aspect = static_cast<float>(width) / static_cast<float>(height);
    cv::Mat smaller;    // averaging works only downwards; a side that must grow is interpolated afterwards
    cv::resize(cut, smaller, {std::min(width, side), std::min(height, side)}, 0, 0, cv::INTER_AREA);
    cv::resize(smaller, packed.picture, {side, side}, 0, 0, cv::INTER_LINEAR);
    return packed;
}

} // namespace plumage::data
