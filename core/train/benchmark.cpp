// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/benchmark.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/model/publishedform.h"
#include "core/train/augment.h"
#include "core/train/device.h"
#include "core/train/iteration.h"
#include "core/train/lowprecisiontrial.h"
#include "core/train/networks.h"
#include "core/train/photoorder.h"
#include "core/train/torcherror.h"

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/record_function.h>
#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

namespace plumage::train {

namespace {

constexpr std::array<std::string_view, 3> names{"reference", "exact", "fast"};
constexpr double learningRate = 1e-4;
constexpr int warmUps = 5;    // on a device, before anything is timed: algorithms are chosen, steps recorded

double now()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Bytes that tensors take, as LibTorch's allocators report them, also from the threads of the backward pass.
class MemoryCount final : public c10::MemoryReportingInfoBase {
public:
    void reportMemoryUsage(void*, std::int64_t bytes, std::size_t, std::size_t, c10::Device) override
    {
        const std::int64_t here = m_now += bytes;
        std::int64_t seen = m_peak;
        while (here > seen && !m_peak.compare_exchange_weak(seen, here)) { }
    }
    bool memoryProfilingEnabled() const override { return true; }
    void begin() { m_base = m_peak = m_now.load(); }
    std::int64_t peak() const { return m_peak - m_base; }    // beyond what was there at begin()

private:
    std::atomic<std::int64_t> m_now = 0, m_peak = 0, m_base = 0;
};

// One iteration of a formulation, in its two steps.
class Stepper {
public:
    virtual ~Stepper() = default;
    virtual void stepD() = 0;
    virtual void stepG() = 0;
    bool bfloat16 = false;
};

struct Setting {
    const TrainOptions& options;
    at::Device device;
    at::Tensor real, augmented;    // [N,3,S,S] in [-1,1]

    std::int64_t batch() const { return options.schedule.batchSize; }
    at::Tensor noise(std::int64_t width) const { return at::randn({batch(), width}, at::TensorOptions(at::kFloat).device(device)); }
};

class PublishedStepper final : public Stepper {
public:
    PublishedStepper(const Setting& setting, const Networks& networks)
        : m_setting(setting), m_form(setting.options.network, networks.generator, networks.discriminator, setting.options.codes()) { }
    void stepD() override
    {
        m_form.discriminatorLoss(m_setting.real, m_setting.augmented, batch(), m_setting.options.losses).backward();
        m_form.stepDiscriminator(learningRate);
    }
    void stepG() override
    {
        m_form.generatorLoss(batch(), m_setting.options.losses).backward();
        m_form.stepGenerator(learningRate);
    }

private:
    model::PublishedForm::Batch batch()
    {
        const at::Tensor theta = drawTheta(m_setting.batch(), m_setting.options.views, at::globalContext().defaultGenerator(at::kCPU));
        model::PublishedForm::Batch batch{m_setting.noise(m_setting.options.network.zDim), m_setting.noise(m_setting.options.network.czDim),
            indexTensor(drawCodes(m_all, m_setting.batch(), m_random), m_setting.device), {}};
        if (theta.defined()) {
            const at::Tensor numbers = theta.to(at::kDouble).contiguous();
            batch.theta.assign(numbers.const_data_ptr<double>(), numbers.const_data_ptr<double>() + numbers.numel());
        }
        return batch;
    }
    std::vector<std::int64_t> allCodes() const
    {
        std::vector<std::int64_t> codes;
        for (std::int64_t k = 0; k < m_setting.options.codes(); ++k)
            codes.push_back(k);
        return codes;
    }
    const Setting& m_setting;
    model::PublishedForm m_form;
    Random m_random{1};
    std::vector<std::int64_t> m_all = allCodes();
};

class OwnStepper final : public Stepper {
public:
    OwnStepper(const Setting& setting, bool fast)
        : m_setting(setting), m_networks(setting.options, setting.options.codes(), setting.device), m_iteration(m_networks, setting.options.losses, nullptr, fast)
    {
        m_networks.initialise(setting.options, setting.options.codes());
        bfloat16 = fast && useLowPrecision(setting.options, setting.device);
        for (model::Generator* g : {&m_networks.generator, &m_networks.averaged})
            (*g)->bfloat16 = bfloat16;
        m_networks.discriminator->bfloat16 = bfloat16;
        m_networks.discriminator->tileConvolutions = fast;
        model::useFastKernels(*m_networks.generator, fast);
        model::useFastKernels(*m_networks.discriminator, fast);
        m_active = m_networks.activeCodes();
    }
    const Networks& networks() const { return m_networks; }
    void stepD() override
    {
        m_iteration.take({{m_setting.real, m_setting.augmented}, input(), input(), {}});
        m_iteration.stepDiscriminator(learningRate);
    }
    void stepG() override { m_iteration.stepGenerator(learningRate); }

private:
    model::DrawingInput input()
    {
        model::DrawingInput input{m_setting.noise(m_setting.options.network.zDim), m_setting.noise(m_setting.options.network.czDim),
            indexTensor(drawCodes(m_active, m_setting.batch(), m_random), m_setting.device), {}};
        if (const at::Tensor theta = drawTheta(m_setting.batch(), m_setting.options.views, at::globalContext().defaultGenerator(m_setting.device)); theta.defined())
            input.theta = theta;
        return input;
    }
    const Setting& m_setting;
    Networks m_networks;
    std::vector<std::int64_t> m_active;
    Random m_random{1};
    Iteration m_iteration;
};

std::unique_ptr<Stepper> makeStepper(Formulation formulation, const Setting& setting)
{
    if (formulation == Formulation::reference)
        return std::make_unique<PublishedStepper>(setting, OwnStepper(setting, false).networks());
    return std::make_unique<OwnStepper>(setting, formulation == Formulation::fast);
}

void wait(at::Device device)
{
    if (device.is_cuda())
        at::detail::getCUDAHooks().deviceSynchronize(device.index());
}

// Seconds of a round. `apart`: waits for the device after each step, to see what it took; else once at the end.
struct Spent { double whole = 0, d = 0, g = 0; };
Spent runRound(Stepper& stepper, int iterations, at::Device device, bool apart)
{
    Spent spent;
    const double begin = now();
    for (int i = 0; i < iterations; ++i) {
        const double start = now();
        stepper.stepD();
        if (apart)
            wait(device);
        const double middle = now();
        stepper.stepG();
        if (apart)
            wait(device);
        spent.d += middle - start;
        spent.g += now() - middle;
    }
    wait(device);
    spent.whole = now() - begin;
    return spent;
}

// Operations and memory of the second iteration; what a first one sets up is not counted.
void count(Stepper& stepper, at::Device device, FormulationResult& result)
{
    std::atomic<std::int64_t> calls = 0;
    static std::atomic<std::int64_t>* counter = nullptr;    // a call-back is a plain function
    counter = &calls;
    const auto handle = at::addGlobalCallback(at::RecordFunctionCallback([](const at::RecordFunction&) -> std::unique_ptr<at::ObserverContext> {
        ++*counter;
        return nullptr;
    }).scopes({at::RecordScope::FUNCTION}));
    const auto memory = std::make_shared<MemoryCount>();
    {
        const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, memory);
        stepper.stepD();
        stepper.stepG();
        memory->begin();
        calls = 0;
        stepper.stepD();
        stepper.stepG();
        wait(device);
    }
    at::removeCallback(handle);
    result.launches = calls;
    result.peakBytes = memory->peak();
}

Timing timing(std::vector<double> values)
{
    std::ranges::sort(values);
    return {values[values.size() / 2], values.front(), values.back()};
}

} // namespace

std::string_view formulationName(Formulation formulation)
{
    return names[static_cast<std::size_t>(formulation)];
}

Formulation formulationOf(std::string_view name)
{
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        throw Error(ErrorCode::optionInvalid, "formulation " + std::string(name));
    return static_cast<Formulation>(found - names.begin());
}

BenchmarkResult benchmark(const BenchmarkOptions& options, const std::function<void(int, int)>& round)
{
    if (const auto problem = options.train.check())
        throw Error(ErrorCode::optionOutOfRange, *problem);
    setUpHost(options.train.schedule.threads);
    return translated([&] {
        const at::Device device = chooseDevice(options.device);
        const std::int64_t n = options.train.schedule.batchSize, side = options.train.network.imageSize;
        const at::TensorOptions floats = at::TensorOptions(at::kFloat).device(device);
        const Setting setting{options.train, device, at::rand({n, 3, side, side}, floats) * 2 - 1, at::rand({n, 3, side, side}, floats) * 2 - 1};
        BenchmarkResult result{std::string(device.is_cuda() ? "cuda" : "cpu"), at::get_num_threads(), {}};
        std::vector<std::unique_ptr<Stepper>> steppers;
        for (const Formulation formulation : options.formulations) {
            steppers.push_back(makeStepper(formulation, setting));
            result.formulations.push_back({.formulation = formulation, .bfloat16 = steppers.back()->bfloat16});
            count(*steppers.back(), device, result.formulations.back());
        }
        for (int i = 0; device.is_cuda() && i < warmUps; ++i)
            for (const auto& stepper : steppers) {
                stepper->stepD();
                stepper->stepG();
            }
        std::vector<std::array<std::vector<double>, 3>> times(steppers.size());    // images/s, D, G
        for (int r = 0; r < options.rounds; ++r) {
            for (std::size_t f = 0; f < steppers.size(); ++f) {
                Spent spent = runRound(*steppers[f], options.iterations, device, false);
                times[f][0].push_back(static_cast<double>(n * options.iterations) / spent.whole);
                if (device.is_cuda())
                    spent = runRound(*steppers[f], options.iterations, device, true);
                times[f][1].push_back(1000 * spent.d / options.iterations);
                times[f][2].push_back(1000 * spent.g / options.iterations);
            }
            if (round)
                round(r + 1, options.rounds);
        }
        for (std::size_t f = 0; f < steppers.size(); ++f) {
            result.formulations[f].imagesPerSecond = timing(times[f][0]);
            result.formulations[f].dMs = timing(times[f][1]);
            result.formulations[f].gMs = timing(times[f][2]);
        }
        return result;
    });
}

} // namespace plumage::train
