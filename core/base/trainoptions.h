// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace plumage {

template<class T>
struct Range {
    T low, high;
    bool contains(T value) const { return value >= low && value <= high; }    // false for not-a-number
};
template<class T> Range(T, T) -> Range<T>;
struct AnyValue {    // truth values need no range
    bool contains(bool) const { return true; }
};
// Words that an option may hold; the option is the index.
template<std::size_t N>
struct Words {
    std::array<std::string_view, N> words;
    bool contains(int value) const { return value >= 0 && value < static_cast<int>(N); }
};
template<class... T> Words(T...) -> Words<sizeof...(T)>;    // Words{"a", "b"}

enum class Clue : int { notSure, yes, no };              // "Is colour a clue?"
enum class Choice : int { automatic, on, off };
enum class ReadOut : int { centroid, kmeans };           // METHOD.md section 7
enum class Perturbation : int { strong, weak, none };    // T_theta, METHOD.md section 5

// Sizes of both networks. METHOD.md section 2, [network]. Defaults are those of preset `standard`.
struct NetworkOptions {
    int imageSize = 128;            // S, pixels a side: 32, 64, 128 or 256
    int ngf = 256, ndf = 64;        // base widths of generator and discriminator, channels
    int tail = 16;                  // t, channels of the generator at full size
    int trunkRes = 3, objectRes = 2;    // residual blocks
    int zDim = 64, czDim = 8;       // noise widths
    double temperature = 0.1;       // tau, no unit

    int embeddingWidth() const { return 8 * ndf; }                               // E
    int levels() const { return imageSize <= 32 ? 3 : imageSize <= 64 ? 4 : imageSize <= 128 ? 5 : 6; }    // L, S = 4 * 2^L

    template<class Self, class Visit> static void forEachField(Self& o, Visit&& visit)
    {
        visit("image_size", o.imageSize, Range{32, 256});
        visit("ngf", o.ngf, Range{16, 1024});
        visit("ndf", o.ndf, Range{4, 128});
        visit("tail", o.tail, Range{2, 64});
        visit("trunk_res", o.trunkRes, Range{1, 4});
        visit("object_res", o.objectRes, Range{1, 4});
        visit("z_dim", o.zDim, Range{8, 512});
        visit("cz_dim", o.czDim, Range{1, 64});
        visit("temperature", o.temperature, Range{0.03, 1.0});
    }
};

// Weights of the loss terms. METHOD.md section 3.
struct LossOptions {
    double wAdv = 1, wInfoD = 5, wInfoG = 5, wMasked = 1, wContrast = 1, wEntropy = 0.1, wMarginal = 0.1;
    double wArea = 1, wBinary = 1;
    double areaMin = 0.1, areaMax = 0.9;    // mask area that costs nothing, share of the picture
    int marginalQueue = 8;                  // batches; used when K > N; 0 = off
    double wLabel = 2;                      // of what the person decided, METHOD.md section 10

    template<class Self, class Visit> static void forEachField(Self& o, Visit&& visit)
    {
        visit("w_adv", o.wAdv, Range{0.0, 20.0});
        visit("w_info_d", o.wInfoD, Range{0.0, 20.0});
        visit("w_info_g", o.wInfoG, Range{0.0, 20.0});
        visit("w_masked", o.wMasked, Range{0.0, 20.0});
        visit("w_contrast", o.wContrast, Range{0.0, 20.0});
        visit("w_entropy", o.wEntropy, Range{0.0, 20.0});
        visit("w_marginal", o.wMarginal, Range{0.0, 20.0});
        visit("w_area", o.wArea, Range{0.0, 20.0});
        visit("w_binary", o.wBinary, Range{0.0, 20.0});
        visit("area_min", o.areaMin, Range{0.0, 1.0});
        visit("area_max", o.areaMax, Range{0.0, 1.0});
        visit("marginal_queue", o.marginalQueue, Range{0, 64});
        visit("w_label", o.wLabel, Range{0.0, 10.0});
    }
};

// What the person says tells kinds apart, and the views that follow from it. METHOD.md section 5.
struct ViewOptions {
    double realCrop = 1.0;                  // side of x, share of the photo's short side
    Perturbation perturbation = Perturbation::strong;
    Clue colourClue = Clue::notSure;        // yes: gentle colour changes; no: strong ones
    bool rightWayUp = true;                 // false: views are rotated freely
    bool sizeClue = false;                  // true: views keep their scale
    bool leftRightDiffer = false;           // true: no mirroring
    double jitter = 1.0;                    // scales the colour changes of x+

    template<class Self, class Visit> static void forEachField(Self& o, Visit&& visit)
    {
        visit("real_crop", o.realCrop, Range{0.5, 1.0});
        visit("theta", o.perturbation, Words{"strong", "weak", "none"});
        visit("colour_clue", o.colourClue, Words{"not_sure", "yes", "no"});
        visit("right_way_up", o.rightWayUp, AnyValue{});
        visit("size_clue", o.sizeClue, AnyValue{});
        visit("left_right_differ", o.leftRightDiffer, AnyValue{});
        visit("jitter", o.jitter, Range{0.0, 2.0});
    }
};

// Length, rhythm and numerics. METHOD.md sections 6, 7, 11.
struct ScheduleOptions {
    int kinds = 0;                          // Y, expected kinds; 0 = photos / 100
    int over = 2;                           // codes per kind
    int batchSize = 64;                     // N
    double learningRate = 2e-4;
    std::int64_t maxSteps = 60'000;         // 0 = until stopped
    double maxMinutes = 0;                  // minutes of training; 0 = no limit
    std::int64_t maxEpochs = 0;             // 0 = no limit
    double snapshotSeconds = 10;
    double checkpointMinutes = 5;
    int metricsEvery = 10;                  // iterations
    double labelledShare = 0.125;           // of a batch's photos, for those about which the person decided something
    double heldOut = 0.2;                   // share of the labels that never train, so that they can tell how good the rest is
    bool preciseBn = true, emaG = true;
    ReadOut readOut = ReadOut::kmeans;      // what a photo must be near to have a code: its centroid, or the mean of its photos
    int recentre = 0;                       // iterations from one move of the centroids to the means of their photos to the next; 0 = never
    double emaDecay = 0.999;
    double czClamp = 4;                     // 0 = off
    Choice lowPrecision = Choice::automatic;    // convolutions in bfloat16; automatic: where it is faster
    bool deterministic = false;             // bit-equal runs on the CPU for equal builds and thread counts
    int threads = 0;                        // 0 = as many as the machine has cores

    template<class Self, class Visit> static void forEachField(Self& o, Visit&& visit)
    {
        visit("kinds", o.kinds, Range{0, 5000});
        visit("over", o.over, Range{1, 8});
        visit("batch_size", o.batchSize, Range{8, 256});
        visit("learning_rate", o.learningRate, Range{1e-5, 2e-3});
        visit("max_steps", o.maxSteps, Range<std::int64_t>{0, 10'000'000});
        visit("max_minutes", o.maxMinutes, Range{0.0, 1e6});
        visit("max_epochs", o.maxEpochs, Range<std::int64_t>{0, 1'000'000});
        visit("snapshot_seconds", o.snapshotSeconds, Range{1.0, 600.0});
        visit("checkpoint_minutes", o.checkpointMinutes, Range{0.5, 60.0});
        visit("metrics_every", o.metricsEvery, Range{1, 10'000});
        visit("labelled_share", o.labelledShare, Range{0.0, 0.5});
        visit("held_out", o.heldOut, Range{0.0, 0.5});
        visit("precise_bn", o.preciseBn, AnyValue{});
        visit("ema_g", o.emaG, AnyValue{});
        visit("read_out", o.readOut, Words{"centroid", "kmeans"});
        visit("recentre", o.recentre, Range{0, 100'000});
        visit("ema_decay", o.emaDecay, Range{0.9, 0.9999});
        visit("cz_clamp", o.czClamp, Range{0.0, 10.0});
        visit("low_precision", o.lowPrecision, Words{"auto", "on", "off"});
        visit("deterministic", o.deterministic, AnyValue{});
        visit("threads", o.threads, Range{0, 1024});
    }
};

// Everything that decides how a run trains. The start sheet, run.toml, the command line and the wire walk the same fields.
struct TrainOptions {
    std::string preset = "standard";
    std::uint64_t seed = 1;
    NetworkOptions network;
    LossOptions losses;
    ViewOptions views;
    ScheduleOptions schedule;

    int codes() const { return schedule.kinds * schedule.over; }    // K, active codes; kinds must be known

    // visitSection(name, sectionStruct) for the four structs above
    template<class Self, class Visit> static void forEachSection(Self& o, Visit&& visitSection)
    {
        visitSection("network", o.network);
        visitSection("losses", o.losses);
        visitSection("views", o.views);
        visitSection("schedule", o.schedule);
    }
    std::optional<std::string> check() const;    // "section.field" of the first value that breaks its range or a rule, or nothing
};

// Y when the person does not know: one kind per 100 photos, at least 2, at most `photos`.
int defaultKinds(std::int64_t photos);
// Settles what depends on the data set (kinds 0 -> default). Throws Error tooFewPhotos (photos < 2), tooManyCodes (K > photos or K > 32,000).
void fitToPhotos(TrainOptions& options, std::int64_t photos);
// Rows of the code tables: K + max(64, K) rounded up to 32 (METHOD.md section 11), so that codes can be added without new shapes.
int codeTableRows(int codes);

inline constexpr std::array<std::string_view, 4> presetNames{"demo", "quick", "standard", "paper"};
// METHOD.md section 6. Throws Error optionInvalid for an unknown name.
TrainOptions presetOptions(std::string_view name);

// One field as text and back, as in run.toml and on the command line: truth values true/false, words by name.
template<class T, class R>
std::string fieldText(const T& value, const R& range);
// Throws Error optionInvalid with `name` as detail.
template<class T, class R>
void setFieldText(std::string_view name, T& value, const R& range, std::string_view text);

std::string formatNumber(double value);
std::string formatNumber(std::int64_t value);
double parseNumber(std::string_view name, std::string_view text);
std::int64_t parseInteger(std::string_view name, std::string_view text);
[[noreturn]] void throwInvalidOption(std::string_view name, std::string_view text);

template<class T, class R>
std::string fieldText(const T& value, const R& range)
{
    if constexpr (std::is_enum_v<T>)
        return std::string(range.words[static_cast<std::size_t>(value)]);
    else if constexpr (std::is_same_v<T, bool>)
        return value ? "true" : "false";
    else if constexpr (std::is_floating_point_v<T>)
        return formatNumber(value);
    else
        return formatNumber(static_cast<std::int64_t>(value));
}

template<class T, class R>
void setFieldText(std::string_view name, T& value, const R& range, std::string_view text)
{
    if constexpr (std::is_enum_v<T>) {
        for (std::size_t i = 0; i < range.words.size(); ++i)
            if (range.words[i] == text) {
                value = static_cast<T>(i);
                return;
            }
        throwInvalidOption(name, text);
    } else if constexpr (std::is_same_v<T, bool>) {
        if (text != "true" && text != "false")
            throwInvalidOption(name, text);
        value = text == "true";
    } else if constexpr (std::is_floating_point_v<T>) {
        value = parseNumber(name, text);
    } else {
        value = static_cast<T>(parseInteger(name, text));
    }
}

} // namespace plumage
