// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/data/demophotos.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

// Everything here is + - * / and comparisons on doubles (compiled without contraction into fused multiply-add), so that every machine draws the same pixels.
namespace plumage::data {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr int supersampling = 4;

struct Point {
    double x, y;
};
using Shape = std::vector<Point>;

// Taylor series, |angle| <= 2 pi: libm may differ in the last bit from machine to machine.
double sine(double angle)
{
    double term = angle, sum = angle;
    for (int n = 2; n < 40; n += 2) {
        term *= -angle * angle / (n * (n + 1));
        sum += term;
    }
    return sum;
}
double cosine(double angle) { return sine(angle + (angle > 0 ? -1.5 : 0.5) * pi); }

int toInt(double value) { return static_cast<int>(value + (value < 0 ? -0.5 : 0.5)); }
std::uint8_t toByte(double value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5); }

// hue in turns, saturation and value in 0..1
cv::Vec3b fromHsv(double hue, double saturation, double value)
{
    cv::Vec3b rgb;
    for (int c = 0; c < 3; ++c) {
        double k = hue * 6 + (c == 0 ? 5.0 : c == 1 ? 3.0 : 1.0);
        while (k >= 6)
            k -= 6;
        rgb[c] = toByte(255 * value * (1 - saturation * std::clamp(std::min(k, 4 - k), 0.0, 1.0)));
    }
    return rgb;
}

cv::Vec3b mix(const cv::Vec3b& a, const cv::Vec3b& b, double share)
{
    cv::Vec3b result;
    for (int c = 0; c < 3; ++c)
        result[c] = toByte(a[c] * (1 - share) + b[c] * share);
    return result;
}
const cv::Vec3b white(255, 255, 255), black(0, 0, 0);
int brightness(const cv::Vec3b& c) { return (299 * c[0] + 587 * c[1] + 114 * c[2]) / 1000; }

double colourDistance(const cv::Vec3b& a, const cv::Vec3b& b)
{
    return (std::abs(a[0] - b[0]) + std::abs(a[1] - b[1]) + std::abs(a[2] - b[2])) / 255.0;
}

// Sum of the two smaller of the three colour differences, so that a pair far apart differs in several traits.
double plumageDistance(const Plumage& a, const Plumage& b)
{
    const std::array parts{colourDistance(a.body, b.body), colourDistance(a.wing, b.wing), colourDistance(a.head, b.head)};
    const double most = std::max({parts[0], parts[1], parts[2]});
    return parts[0] + parts[1] + parts[2] - most + (a.pattern != b.pattern ? 0.15 : 0.0) + (a.crest != b.crest ? 0.1 : 0.0);
}

Plumage randomPlumage(Random& random)
{
    Plumage p;
    p.body = fromHsv(random.uniform(), random.uniform(0.45, 0.85), random.uniform(0.55, 0.92));
    p.wing = fromHsv(random.uniform(), random.uniform(0.35, 0.8), random.uniform(0.25, 0.75));
    p.head = fromHsv(random.uniform(), random.uniform(0.4, 0.85), random.uniform(0.35, 0.95));
    p.beak = fromHsv(random.uniform(0.02, 0.16), random.uniform(0.55, 0.9), random.uniform(0.5, 0.95));
    p.crest = random.below(2) == 1;
    p.beakLength = random.uniform(0.12, 0.34);
    p.tailLength = random.uniform(0.2, 0.6);
    return p;
}

std::string colourWord(const cv::Vec3b& c)
{
    const int high = std::max({c[0], c[1], c[2]}), low = std::min({c[0], c[1], c[2]});
    if (high - low < high / 4)
        return high > 150 ? "silver" : "slate";
    const double range = high - low;
    double hue = high == c[0] ? (c[1] - c[2]) / range : high == c[1] ? 2 + (c[2] - c[0]) / range : 4 + (c[0] - c[1]) / range;    // 0..6
    if (hue < 0)
        hue += 6;
    static constexpr std::array bright{"scarlet", "amber", "golden", "lime", "emerald", "jade", "turquoise", "azure", "sapphire", "violet", "magenta", "rose"};
    static constexpr std::array dark{"crimson", "copper", "olive", "moss", "forest", "pine", "teal", "indigo", "navy", "plum", "purple", "garnet"};
    const auto i = static_cast<std::size_t>(toInt(hue * 2)) % 12;
    return high > 150 ? bright[i] : dark[i];
}

constexpr std::array kinds{"tarrin", "lunting", "wisk", "corvel", "pellow", "marlet", "sibbet", "orrin", "fennick", "dapwing", "quillet", "brisk",
    "hollin", "tansel", "rookling", "vesper", "jarrow", "minnet", "skellow", "thimble", "warrel", "pippet", "lorrick", "cobbin", "hazeling", "drummet",
    "finnel", "marrow", "sallet", "tuftle", "yarrin", "kestling", "bramlet", "oddle", "peverel", "ruddock", "sorrel", "whimble", "zephrin", "tillet"};

} // namespace

std::vector<Plumage> demoSpecies(std::uint64_t seed, int count)
{
    Random random(seed, 0);
    std::array names = kinds;
    random.shuffle(names);
    std::vector<Plumage> species;
    for (int i = 0; i < count; ++i) {
        Plumage best;
        double bestDistance = -1;
        for (int candidate = 0; candidate < 200; ++candidate) {    // the one that is farthest from all others (Mitchell's best candidate)
            Plumage p = randomPlumage(random);
            p.pattern = static_cast<Plumage::Wing>(i % 4);
            double distance = std::min({colourDistance(p.body, p.wing), colourDistance(p.body, p.head), 0.5}) * 2;    // its own parts stand out too
            for (const Plumage& other : species)
                distance = std::min(distance, plumageDistance(p, other));
            if (distance > bestDistance) {
                bestDistance = distance;
                best = p;
            }
        }
        best.name = colourWord(best.head) + (best.crest ? "-crested-" : "-headed-") + names[static_cast<std::size_t>(i) % names.size()];
        species.push_back(best);
    }
    return species;
}

namespace {

// A closed smooth curve through the points (Catmull-Rom).
Shape curve(const Shape& through)
{
    Shape result;
    const std::size_t n = through.size();
    for (std::size_t i = 0; i < n; ++i) {
        const Point& a = through[(i + n - 1) % n];
        const Point& b = through[i];
        const Point& c = through[(i + 1) % n];
        const Point& d = through[(i + 2) % n];
        const auto at = [](double p, double q, double r, double s, double t) {
            return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
        };
        for (int step = 0; step < 8; ++step)
            result.push_back({at(a.x, b.x, c.x, d.x, step / 8.0), at(a.y, b.y, c.y, d.y, step / 8.0)});
    }
    return result;
}

Shape ellipse(double x, double y, double a, double b)
{
    Shape result;
    for (int i = 0; i < 32; ++i)
        result.push_back({x + a * cosine(i * pi / 16), y + b * sine(i * pi / 16)});
    return result;
}

Shape stroke(Point from, Point to, double width)    // a bar with square ends
{
    const double dx = to.x - from.x, dy = to.y - from.y;
    const double k = width / 2 / std::max(1e-9, std::sqrt(dx * dx + dy * dy));    // sqrt is exact by IEEE 754
    return {{from.x - dy * k, from.y + dx * k}, {to.x - dy * k, to.y + dx * k}, {to.x + dy * k, to.y - dx * k}, {from.x + dy * k, from.y - dx * k}};
}

// Shapes in the bird's own units (body's half length 1, looking right, y down) onto the canvas.
struct Pose {
    double x, y, scale, cos, sin;
    bool mirror;
};

void fill(cv::Mat& canvas, const Shape& shape, const cv::Vec3b& colour, const Pose& pose = {0, 0, 1, 1, 0, false})
{
    constexpr int shift = 4;
    std::vector<cv::Point> points;
    for (const Point& p : shape) {
        const double x = (p.x * pose.cos - p.y * pose.sin) * pose.scale, y = (p.x * pose.sin + p.y * pose.cos) * pose.scale;
        points.emplace_back(toInt((pose.x + (pose.mirror ? -x : x)) * (1 << shift)), toInt((pose.y + y) * (1 << shift)));
    }
    cv::fillPoly(canvas, std::vector{points}, cv::Scalar(colour[0], colour[1], colour[2]), cv::LINE_8, shift);
}

// Cubic B-spline through-smoothing of a small picture to `size`: soft focus.
cv::Mat smoothUpsample(const cv::Mat& small, int size)
{
    const int n = small.rows;
    cv::Mat result(size, size, CV_8UC3);
    struct Tap {
        std::array<int, 4> from;
        std::array<double, 4> weight;
    };
    std::vector<Tap> taps;
    for (int i = 0; i < size; ++i) {
        const double at = (i + 0.5) * n / size - 0.5 + 1;    // + 1: never negative
        const int first = static_cast<int>(at) - 1;
        const double t = at - 1 - first;
        const std::array weight{(1 - t) * (1 - t) * (1 - t) / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (-3 * t * t * t + 3 * t * t + 3 * t + 1) / 6, t * t * t / 6};
        Tap tap{{}, weight};
        for (int k = 0; k < 4; ++k)
            tap.from[static_cast<std::size_t>(k)] = std::clamp(first - 1 + k, 0, n - 1);
        taps.push_back(tap);
    }
    std::vector<std::array<double, 3>> line(static_cast<std::size_t>(n));
    for (int y = 0; y < size; ++y) {
        const Tap& row = taps[static_cast<std::size_t>(y)];
        for (int x = 0; x < n; ++x)
            for (int c = 0; c < 3; ++c) {
                double sum = 0;
                for (std::size_t k = 0; k < 4; ++k)
                    sum += row.weight[k] * small.at<cv::Vec3b>(row.from[k], x)[c];
                line[static_cast<std::size_t>(x)][static_cast<std::size_t>(c)] = sum;
            }
        for (int x = 0; x < size; ++x)
            for (int c = 0; c < 3; ++c) {
                const Tap& column = taps[static_cast<std::size_t>(x)];
                double sum = 0;
                for (std::size_t k = 0; k < 4; ++k)
                    sum += column.weight[k] * line[static_cast<std::size_t>(column.from[k])][static_cast<std::size_t>(c)];
                result.at<cv::Vec3b>(y, x)[c] = toByte(sum);
            }
    }
    return result;
}

cv::Vec3b vary(Random& random, const cv::Vec3b& colour, double gain, double spread)
{
    cv::Vec3b result;
    for (int c = 0; c < 3; ++c)
        result[c] = toByte(colour[c] * gain + random.uniform(-spread, spread));
    return result;
}

// Clutter of a random tone: blurred stems and lights far away, twigs and leaves near. [side,side], side = supersampling * size.
cv::Mat drawBackground(Random& random, int size)
{
    const cv::Vec3b tone = fromHsv(random.uniform(), random.uniform(0.05, 0.25), random.uniform(0.35, 0.7));
    cv::Mat coarse(5, 5, CV_8UC3);
    for (auto cell = coarse.begin<cv::Vec3b>(); cell != coarse.end<cv::Vec3b>(); ++cell)
        *cell = vary(random, tone, random.uniform(0.65, 1.25), 14);
    cv::Mat far = smoothUpsample(coarse, 96);
    const auto place = [&](double side) { return Point{random.uniform(0, side), random.uniform(0, side)}; };
    for (std::uint64_t i = 2 + random.below(5); i > 0; --i) {
        const cv::Vec3b colour = vary(random, tone, random.uniform(0.5, 1.4), 20);
        const Point at = place(96);
        if (random.below(2) == 0) {
            const double radius = random.uniform(3, 11);
            fill(far, ellipse(at.x, at.y, radius, radius), colour);
        } else {
            fill(far, stroke(at, place(96), random.uniform(2, 9)), colour);
        }
    }
    cv::Mat soft, canvas;
    cv::resize(far, soft, {24, 24}, 0, 0, cv::INTER_AREA);
    const int side = size * supersampling;
    cv::resize(smoothUpsample(soft, size), canvas, {side, side}, 0, 0, cv::INTER_NEAREST);
    for (std::uint64_t i = 1 + random.below(4); i > 0; --i)
        fill(canvas, stroke(place(side), place(side), side * random.uniform(0.004, 0.03)), vary(random, tone, random.uniform(0.3, 1.5), 20));
    for (std::uint64_t i = random.below(6); i > 0; --i) {
        const double angle = random.uniform(-pi, pi), length = side * random.uniform(0.03, 0.07);
        const Point at = place(side);
        const Pose pose{at.x, at.y, length, cosine(angle), sine(angle), false};
        const cv::Vec3b colour = vary(random, tone, random.uniform(0.4, 1.4), 25);
        fill(canvas, curve({{-1, 0}, {0, -0.4}, {1, 0}, {0, 0.4}}), colour, pose);
        fill(canvas, stroke({-1.4, 0}, {0.8, 0}, 0.06), mix(colour, black, 0.3), pose);
    }
    return canvas;
}

void drawWing(cv::Mat& canvas, const Plumage& p, const Pose& pose)
{
    const Shape wing = curve({{0.42, -0.12}, {0.3, 0.16}, {-0.15, 0.27}, {-0.86, 0.1}, {-0.45, -0.22}, {0.12, -0.3}});
    const cv::Vec3b mark = brightness(p.wing) < 120 ? mix(p.wing, white, 0.72) : mix(p.wing, black, 0.72);
    fill(canvas, wing, p.pattern == Plumage::Wing::rim ? mark : p.wing, pose);
    switch (p.pattern) {
    case Plumage::Wing::plain:
        break;
    case Plumage::Wing::bars:
        for (const double x : {-0.5, -0.3, -0.1, 0.1, 0.28})
            fill(canvas, stroke({x - 0.05, 0.13}, {x + 0.05, -0.17}, 0.08), mark, pose);
        break;
    case Plumage::Wing::spots:
        for (int i = 0; i < 5; ++i)
            for (int row = 0; row < 2; ++row)
                fill(canvas, ellipse(-0.48 + 0.18 * i + 0.06 * row, -0.11 + 0.18 * row - 0.015 * i, 0.055, 0.055), mark, pose);
        break;
    case Plumage::Wing::rim:
        fill(canvas, curve({{0.3, -0.1}, {0.2, 0.08}, {-0.12, 0.16}, {-0.62, 0.05}, {-0.35, -0.13}, {0.08, -0.2}}), p.wing, pose);
        break;
    }
}

void drawBird(cv::Mat& canvas, const Plumage& p, const Pose& pose)
{
    const cv::Vec3b leg(112, 84, 62);
    for (const double x : {-0.02, 0.2}) {
        fill(canvas, stroke({x, 0.4}, {x - 0.04, 0.82}, 0.06), leg, pose);
        fill(canvas, stroke({x - 0.14, 0.83}, {x + 0.12, 0.81}, 0.05), leg, pose);
    }
    const double tail = -0.8 - p.tailLength;
    fill(canvas, {{-0.6, -0.16}, {tail, 0.08}, {tail + 0.07, 0.18}, {tail, 0.3}, {-0.6, 0.22}}, p.wing, pose);
    fill(canvas, stroke({-0.6, 0.02}, {tail + 0.07, 0.18}, 0.045), mix(p.wing, black, 0.4), pose);
    if (p.crest)
        fill(canvas, curve({{0.95, -0.85}, {0.72, -0.98}, {0.38, -1.22}, {0.5, -0.92}, {0.46, -0.66}, {0.75, -0.6}}), p.head, pose);
    const Shape body = curve({{0.86, -0.22}, {0.72, 0.22}, {0.3, 0.46}, {-0.25, 0.42}, {-0.86, 0.12}, {-0.62, -0.24}, {-0.05, -0.42}, {0.5, -0.58}});
    fill(canvas, body, p.body, pose);
    fill(canvas, curve({{0.78, -0.08}, {0.66, 0.2}, {0.28, 0.42}, {-0.22, 0.38}, {-0.5, 0.24}, {0.1, 0.22}, {0.5, 0.06}}), mix(p.body, white, 0.35), pose);
    fill(canvas, {{1.05, -0.68}, {1.12 + p.beakLength, -0.5}, {1.04, -0.52}}, p.beak, pose);
    fill(canvas, {{1.04, -0.53}, {1.12 + p.beakLength, -0.5}, {1.0, -0.42}}, mix(p.beak, black, 0.3), pose);
    fill(canvas, ellipse(0.78, -0.56, 0.36, 0.34), p.head, pose);
    fill(canvas, ellipse(0.89, -0.63, 0.085, 0.085), mix(p.head, white, 0.6), pose);
    fill(canvas, ellipse(0.9, -0.63, 0.06, 0.06), {12, 12, 14}, pose);
    fill(canvas, ellipse(0.92, -0.655, 0.02, 0.02), white, pose);
    drawWing(canvas, p, pose);
}

// Brightness, a tint and a slope of light over the picture.
void light(Random& random, cv::Mat& photo)
{
    const double gain = random.uniform(0.78, 1.22);
    const std::array tint{random.uniform(0.95, 1.05), random.uniform(0.95, 1.05), random.uniform(0.95, 1.05)};
    const double right = random.uniform(-0.15, 0.15), down = random.uniform(-0.1, 0.1);
    for (int y = 0; y < photo.rows; ++y)
        for (int x = 0; x < photo.cols; ++x) {
            const double here = gain * (1 + right * (2.0 * x / photo.cols - 1) + down * (2.0 * y / photo.rows - 1));
            cv::Vec3b& pixel = photo.at<cv::Vec3b>(y, x);
            for (int c = 0; c < 3; ++c)
                pixel[c] = toByte(pixel[c] * here * tint[static_cast<std::size_t>(c)]);
        }
}

} // namespace

cv::Mat drawDemoPhoto(const Plumage& plumage, int size, std::uint64_t seed, std::uint64_t stream)
{
    Random random(seed, stream);
    cv::Mat canvas = drawBackground(random, size);
    const double side = canvas.cols;
    const double angle = random.uniform(-20, 20) * pi / 180;
    Pose pose{side * random.uniform(0.43, 0.57), side * random.uniform(0.47, 0.59), side * random.uniform(0.31, 0.39), cosine(angle), sine(angle), false};
    pose.mirror = random.below(2) == 1;
    drawBird(canvas, plumage, pose);
    cv::Mat photo;
    cv::resize(canvas, photo, {size, size}, 0, 0, cv::INTER_AREA);
    light(random, photo);
    return photo;
}

} // namespace plumage::data
