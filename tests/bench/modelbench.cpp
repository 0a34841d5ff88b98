// SPDX-License-Identifier: GPL-3.0-or-later
// Times one training iteration of a preset's networks on random input: modelbench [preset [threads [iterations [bf16]]]]
// Prints the median milliseconds of the D step and the G step, then the share of each operation (time spent in it, not in what it calls).
#include "core/model/lossterms.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/record_function.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>

using namespace plumage;
using namespace plumage::model;
using Clock = std::chrono::steady_clock;

namespace {

// Processor time of all threads: other programs on the machine disturb it less than wall time
double processorMs() { return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
double milliseconds(Clock::time_point from) { return std::chrono::duration<double, std::milli>(Clock::now() - from).count(); }

double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

// Own time per operation, by LibTorch's call-back around each operator.
struct Profile {
    struct Frame : at::ObserverContext {
        Clock::time_point begin = Clock::now();
        double inside = 0;
        Frame* outer = nullptr;
    };
    struct Total {
        double ms = 0;
        long calls = 0;
    };
    static inline std::mutex guard;    // the backward pass runs in a thread of its own
    static inline std::map<std::string, Total> totals;
    static inline thread_local Frame* current = nullptr;

    static void start()
    {
        at::addGlobalCallback(at::RecordFunctionCallback(
            [](const at::RecordFunction&) -> std::unique_ptr<at::ObserverContext> {
                auto frame = std::make_unique<Frame>();
                frame->outer = current;
                current = frame.get();
                return frame;
            },
            [](const at::RecordFunction& function, at::ObserverContext* context) {
                auto* frame = static_cast<Frame*>(context);
                const double whole = milliseconds(frame->begin);
                current = frame->outer;
                if (current)
                    current->inside += whole;
                const std::lock_guard lock(guard);
                Total& total = totals[function.name()];
                total.ms += whole - frame->inside;
                ++total.calls;
            }).scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION, at::RecordScope::USER_SCOPE}));
    }
    static void print(double iterations)
    {
        at::clearCallbacks();
        std::vector<std::pair<std::string, Total>> rows(totals.begin(), totals.end());
        std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second.ms > b.second.ms; });
        for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 30); ++i)
            std::printf("%8.2f ms %6.0f calls  %s\n", rows[i].second.ms / iterations, static_cast<double>(rows[i].second.calls) / iterations, rows[i].first.c_str());
    }
};

struct Bench {
    TrainOptions options;
    std::int64_t n, k;
    Generator g;
    Discriminator d;
    std::vector<torch::Tensor> moments;

    explicit Bench(const TrainOptions& o, std::int64_t codes)
        : options(o), n(o.schedule.batchSize), k(codes), g(o.network, codeTableRows(static_cast<int>(codes)), 4), d(o.network, codeTableRows(static_cast<int>(codes)))
    {
        g->initialise(codes, at::make_generator<at::CPUGeneratorImpl>(1));
        d->initialise(codes, at::make_generator<at::CPUGeneratorImpl>(2));
    }
    torch::Tensor images() const { return torch::rand({n, 3, options.network.imageSize, options.network.imageSize}) * 2 - 1; }
    DrawingInput drawing() const
    {
        return {torch::randn({n, options.network.zDim}), torch::randn({n, options.network.czDim}), torch::arange(n, torch::kLong).remainder(k),
            torch::eye(3).narrow(0, 0, 2).expand({n, 2, 3}) + 0.1 * torch::randn({n, 2, 3})};
    }
    // Adam as the trainer calls it; the moments live here
    void adam(torch::nn::Module& network)
    {
        torch::NoGradGuard noGrad;
        std::vector<torch::Tensor> parameters, gradients, first, second, steps;
        for (auto& parameter : network.parameters()) {
            if (!parameter.grad().defined())
                continue;
            parameters.push_back(parameter);
            gradients.push_back(parameter.grad());
            first.push_back(state(parameter, "first"));
            second.push_back(state(parameter, "second"));
            steps.push_back(torch::ones({}));
        }
        at::_fused_adam_(parameters, gradients, first, second, {}, steps, 5e-4, 0.5, 0.999, 0, 1e-8, false, false);
        for (auto& parameter : network.parameters())
            parameter.mutable_grad().reset();
    }
    std::map<std::pair<const void*, std::string>, torch::Tensor> states;
    torch::Tensor& state(const torch::Tensor& parameter, const char* kind)
    {
        torch::Tensor& tensor = states[{parameter.unsafeGetTensorImpl(), kind}];
        if (!tensor.defined())
            tensor = torch::zeros_like(parameter.detach());
        return tensor;
    }
};

} // namespace

int main(int argc, char** argv)
{
    const TrainOptions options = presetOptions(argc > 1 ? argv[1] : "demo");
    const int threads = argc > 2 ? std::atoi(argv[2]) : 2, iterations = argc > 3 ? std::atoi(argv[3]) : 20;
    at::set_num_threads(threads);

    torch::manual_seed(1);
    Bench bench(options, 10);
    bench.g->bfloat16 = bench.d->bfloat16 = argc > 4 && std::string(argv[4]) == "bf16";
    const torch::Tensor x = bench.images(), augmented = bench.images();
    std::vector<double> processor, dStep, gStep, adamD, adamG;
    for (int i = -3; i < 2 * iterations; ++i) {
        if (i == iterations)
            Profile::start();
        const double processorBegin = processorMs();
        const DrawingInput forD = bench.drawing(), forG = bench.drawing();
        auto begin = Clock::now();
        discriminatorLoss(bench.g, bench.d, x, augmented, forD, options.losses).total.backward();
        const double d = milliseconds(begin);
        begin = Clock::now();
        bench.adam(*bench.d);
        const double ad = milliseconds(begin);
        begin = Clock::now();
        generatorLoss(bench.g, bench.d, forG, options.losses).total.backward();
        const double g = milliseconds(begin);
        begin = Clock::now();
        bench.adam(*bench.g);
        if (i < 0 || i >= iterations)
            continue;
        dStep.push_back(d);
        gStep.push_back(g);
        adamD.push_back(ad);
        adamG.push_back(milliseconds(begin));
        processor.push_back(processorMs() - processorBegin);
    }
    std::printf("processor time per iteration: least %.0f ms, median %.0f ms\n", *std::min_element(processor.begin(), processor.end()), median(processor));
    const double whole = median(dStep) + median(gStep) + median(adamD) + median(adamG);
    std::printf("%s, %d threads: D step %.1f ms, its Adam %.1f ms, G step %.1f ms, its Adam %.1f ms; %.0f img/s\n", options.preset.c_str(), threads,
        median(dStep), median(adamD), median(gStep), median(adamG), 1000.0 * static_cast<double>(bench.n) / whole);
    Profile::print(iterations);
    return 0;
}
