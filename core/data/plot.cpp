// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/plot.h"

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/data/drawtext.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <opencv2/imgproc.hpp>

namespace plumage::data {
namespace {

constexpr int subpixels = 4;    // bits of a coordinate behind the point, for OpenCV's drawing

cv::Point fixedPoint(double x, double y) { return {cvRound(x * (1 << subpixels)), cvRound(y * (1 << subpixels))}; }

// Smallest and largest finite value.
struct Span {
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
    void add(double value)
    {
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    bool isEmpty() const { return low > high; }
    double length() const { return high - low; }
};

// 1, 2 or 5 times a power of ten, about `length` / 4.
double tickStep(double length)
{
    const double power = std::pow(10.0, std::floor(std::log10(length / 4)));
    const double rest = length / 4 / power;
    return power * (rest < 1.5 ? 1 : rest < 3.5 ? 2 : rest < 7.5 ? 5 : 10);
}

std::string tickText(double value, double step)
{
    const double rounded = std::round(value / step) * step;
    return numberText(static_cast<float>(std::abs(rounded) < step / 2 ? 0.0 : rounded));
}

// ---- the map

const cv::Rect mapArea(20, 50, 900, 830);
constexpr int mapWidth = 1200, mapHeight = 900, legendLines = 40;

void drawMark(cv::Mat& picture, double x, double y, double r, int shape, const cv::Scalar& colour)
{
    static const std::array<std::vector<std::array<double, 2>>, 6> shapes{{
        {},                                                                                                             // a disc
        {{-.9, -.9}, {.9, -.9}, {.9, .9}, {-.9, .9}},
        {{0, -1.2}, {1.1, .8}, {-1.1, .8}},
        {{0, 1.2}, {1.1, -.8}, {-1.1, -.8}},
        {{0, -1.3}, {1.3, 0}, {0, 1.3}, {-1.3, 0}},
        {{-.4, -1.2}, {.4, -1.2}, {.4, -.4}, {1.2, -.4}, {1.2, .4}, {.4, .4}, {.4, 1.2}, {-.4, 1.2}, {-.4, .4}, {-1.2, .4}, {-1.2, -.4}, {-.4, -.4}},
    }};
    const auto& corners = shapes[static_cast<std::size_t>(shape) % shapes.size()];
    if (corners.empty()) {
        cv::circle(picture, fixedPoint(x, y), cvRound(r * (1 << subpixels)), colour, cv::FILLED, cv::LINE_AA, subpixels);
        return;
    }
    std::vector<cv::Point> points;
    for (const auto& corner : corners)
        points.push_back(fixedPoint(x + r * corner[0], y + r * corner[1]));
    cv::fillPoly(picture, std::vector{points}, colour, cv::LINE_AA, subpixels);
}

void drawDiamond(cv::Mat& picture, double x, double y, double r, const cv::Scalar& line, int width)
{
    const std::vector<cv::Point> points{fixedPoint(x, y - r), fixedPoint(x + r, y), fixedPoint(x, y + r), fixedPoint(x - r, y)};
    cv::polylines(picture, points, true, line, width, cv::LINE_AA, subpixels);
}

// Layout coordinates -> pixels: one scale for both axes, everything inside mapArea.
class MapScale {
public:
    explicit MapScale(const MapPlot& plot)
    {
        for (const auto& points : {plot.photos, plot.centroids, plot.drawings})
            for (std::size_t i = 0; i + 1 < points.size(); i += 2)
                if (std::isfinite(points[i]) && std::isfinite(points[i + 1])) {
                    m_x.add(points[i]);
                    m_y.add(points[i + 1]);
                }
        if (!m_x.isEmpty()) {
            constexpr double inset = 24;
            m_scale = std::min((mapArea.width - 2 * inset) / std::max(1e-9, m_x.length()), (mapArea.height - 2 * inset) / std::max(1e-9, m_y.length()));
        }
    }
    // Calls visit(index, x, y) for every point that is finite.
    template<class Visit>
    void forEach(std::span<const float> points, Visit&& visit) const
    {
        for (std::size_t i = 0; 2 * i + 1 < points.size(); ++i)
            if (std::isfinite(points[2 * i]) && std::isfinite(points[2 * i + 1]))
                visit(i, mapArea.x + mapArea.width / 2.0 + (points[2 * i] - (m_x.low + m_x.high) / 2) * m_scale,
                    mapArea.y + mapArea.height / 2.0 - (points[2 * i + 1] - (m_y.low + m_y.high) / 2) * m_scale);
    }

private:
    Span m_x, m_y;
    double m_scale = 1;
};

void drawLegend(cv::Mat& picture, const MapPlot& plot)
{
    std::map<int, std::int64_t> counts;
    for (const std::uint16_t code : plot.photoCodes)
        ++counts[code];
    const int left = mapArea.x + mapArea.width + 24;
    int line = 0;
    const auto baseLine = [&] { return mapArea.y + 14 + line++ * 20; };
    drawText(picture, "code: photos", {left, baseLine()}, 10, paleInk);
    for (const auto& [code, count] : counts) {
        if (line > legendLines - 3) {
            drawText(picture, "and " + std::to_string(counts.size()) + " codes in all", {left, baseLine()}, 10, paleInk);
            break;
        }
        const int y = baseLine();
        drawMark(picture, left + 6, y - 5, 5.5, code / codeColours, codeColour(code));
        std::string label = "#";
        label += std::to_string(code) + ": " + std::to_string(count);
        drawText(picture, label, {left + 20, y}, 10);
    }
    if (plot.drawings.empty())
        return;
    const int y = baseLine();
    drawDiamond(picture, left + 6, y - 5, 6, generatedViolet, 1);
    drawText(picture, "drawn by the network", {left + 20, y}, 10, generatedViolet);
}

// ---- curves over steps

constexpr int stripWidth = 1200, stripHeight = 220, axisHeight = 40;

// Mean over a window of about 1/60 of the curve; gaps stay gaps.
std::vector<float> smoothed(const std::vector<float>& values)
{
    const std::size_t reach = values.size() / 120;
    std::vector<float> result(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        double sum = 0;
        std::size_t count = 0;
        for (std::size_t k = i > reach ? i - reach : 0; k <= std::min(i + reach, values.size() - 1); ++k)
            if (std::isfinite(values[k])) {
                sum += values[k];
                ++count;
            }
        result[i] = std::isfinite(values[i]) && count ? static_cast<float>(sum / static_cast<double>(count)) : std::numeric_limits<float>::quiet_NaN();
    }
    return result;
}

struct StripScale {
    cv::Rect area;
    double firstStep, steps;    // steps: last - first, at least 1
    double low, high;
    double x(std::int64_t step) const { return area.x + (static_cast<double>(step) - firstStep) / steps * area.width; }
    double y(double value) const { return area.y + area.height - (value - low) / (high - low) * area.height; }
};

void drawCurve(
    cv::Mat& picture, const StripScale& scale, std::span<const std::int64_t> steps, const std::vector<float>& values, const cv::Scalar& colour, int width)
{
    std::vector<cv::Point> piece;
    const auto flush = [&] {
        if (piece.size() == 1)
            cv::circle(picture, piece.front(), 2 << subpixels, colour, cv::FILLED, cv::LINE_AA, subpixels);
        else if (!piece.empty())
            cv::polylines(picture, piece, false, colour, width, cv::LINE_AA, subpixels);
        piece.clear();
    };
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::isfinite(values[i]))
            piece.push_back(fixedPoint(scale.x(steps[i]), scale.y(values[i])));
        else
            flush();
    flush();
}

void drawStrip(cv::Mat& picture, const Strip& strip, std::span<const std::int64_t> steps, StripScale scale)
{
    Span range;
    for (const Curve& curve : strip.curves)
        for (const float value : curve.values)
            range.add(value);
    if (range.isEmpty())
        range = {0, 1};
    const double spare = std::max(range.length() * 0.06, std::max(std::abs(range.high), 1e-6) * 1e-3);
    scale.low = range.low - spare;
    scale.high = range.high + spare;
    const double step = tickStep(scale.high - scale.low);
    for (double value = std::ceil(scale.low / step) * step; value <= scale.high; value += step) {
        const int y = cvRound(scale.y(value));
        cv::line(picture, {scale.area.x, y}, {scale.area.x + scale.area.width, y}, gridLine);
        const std::string text = tickText(value, step);
        drawText(picture, text, {scale.area.x - 8 - textWidth(text, 8), y + 4}, 8, paleInk);
    }
    int left = scale.area.x;
    drawText(picture, strip.title, {left, scale.area.y - 10}, 10);
    left += textWidth(strip.title, 10) + 24;
    for (std::size_t i = 0; i < strip.curves.size(); ++i) {
        const Curve& curve = strip.curves[i];
        const cv::Scalar colour = codeColour(static_cast<int>(i));
        drawCurve(picture, scale, steps, curve.values, colour * 0.3 + paper * 0.7, 1);
        cv::line(picture, {left, scale.area.y - 14}, {left + 16, scale.area.y - 14}, colour, 2);
        drawText(picture, curve.name, {left + 22, scale.area.y - 10}, 9, paleInk);
        left += 40 + textWidth(curve.name, 9);
    }
    for (std::size_t i = 0; i < strip.curves.size(); ++i)
        drawCurve(picture, scale, steps, smoothed(strip.curves[i].values), codeColour(static_cast<int>(i)), 2);
    cv::rectangle(picture, scale.area, gridLine);
}

} // namespace

cv::Scalar codeColour(int code)
{
    static const std::array<cv::Scalar, codeColours> colours{{{0, 114, 178}, {230, 159, 0}, {0, 158, 115}, {213, 94, 0}, {86, 180, 233}, {122, 72, 30},
        {240, 218, 50}, {10, 72, 74}, {244, 154, 178}, {138, 138, 138}, {150, 208, 80}, {140, 20, 34}}};
    return colours[static_cast<std::size_t>(std::max(0, code)) % colours.size()];
}

cv::Mat drawMap(const MapPlot& plot)
{
    if (plot.photos.size() != 2 * plot.photoCodes.size() || plot.centroids.size() != 2 * plot.centroidCodes.size() || plot.drawings.size() % 2 != 0)
        throw Error(ErrorCode::shapeMismatch, "map");
    cv::Mat picture(mapHeight, mapWidth, CV_8UC3, paper);
    drawText(picture, shortened(plot.title, 13, mapWidth - 2 * mapArea.x), {mapArea.x, 32}, 13);
    cv::rectangle(picture, mapArea, gridLine);
    const MapScale scale(plot);
    const double radius = std::clamp(120 / std::sqrt(std::max<double>(1, static_cast<double>(plot.photoCodes.size()))), 1.2, 4.5);
    scale.forEach(plot.photos, [&](std::size_t i, double x, double y) {
        drawMark(picture, x, y, radius, plot.photoCodes[i] / codeColours, codeColour(plot.photoCodes[i]));
    });
    scale.forEach(plot.drawings, [&](std::size_t, double x, double y) { drawDiamond(picture, x, y, 5, generatedViolet, 1); });
    scale.forEach(plot.centroids, [&](std::size_t i, double x, double y) {
        drawMark(picture, x, y, 9, 4, paper);
        drawMark(picture, x, y, 7.5, 4, codeColour(plot.centroidCodes[i]));
        drawDiamond(picture, x, y, 10, ink, 1);
        const std::string number = std::to_string(plot.centroidCodes[i]);
        const cv::Point at(cvRound(x) + 13, cvRound(y) + 5);
        cv::rectangle(picture, cv::Rect(at.x - 2, at.y - 12, textWidth(number, 10) + 4, 15), paper, cv::FILLED);
        drawText(picture, number, at, 10);
    });
    drawLegend(picture, plot);
    return picture;
}

cv::Mat drawStrips(std::span<const std::int64_t> steps, std::span<const Strip> strips)
{
    for (const Strip& strip : strips)
        for (const Curve& curve : strip.curves)
            if (curve.values.size() != steps.size())
                throw Error(ErrorCode::shapeMismatch, curve.name);
    const int count = static_cast<int>(strips.size());
    cv::Mat picture(count * stripHeight + axisHeight, stripWidth, CV_8UC3, paper);
    StripScale scale{{70, 0, stripWidth - 100, stripHeight - 50}, 0, 1, 0, 1};
    if (!steps.empty()) {
        scale.firstStep = static_cast<double>(steps.front());
        scale.steps = std::max<double>(1, static_cast<double>(steps.back() - steps.front()));
    }
    const double step = std::max(1.0, tickStep(scale.steps));
    for (double at = std::ceil(scale.firstStep / step) * step; at <= scale.firstStep + scale.steps; at += step) {
        const int x = cvRound(scale.x(static_cast<std::int64_t>(at)));
        for (int i = 0; i < count; ++i)
            cv::line(picture, {x, i * stripHeight + 40}, {x, i * stripHeight + 40 + scale.area.height}, gridLine);
        const std::string text = tickText(at, step);
        drawText(picture, text, {x - textWidth(text, 8) / 2, count * stripHeight + 10}, 8, paleInk);
    }
    drawText(picture, "step", {scale.area.x + scale.area.width - textWidth("step", 9), count * stripHeight + 28}, 9, paleInk);
    for (int i = 0; i < count; ++i) {
        scale.area.y = i * stripHeight + 40;
        drawStrip(picture, strips[static_cast<std::size_t>(i)], steps, scale);
    }
    return picture;
}

} // namespace plumage::data
