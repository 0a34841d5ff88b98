// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/device.cuh"
#include "core/cuda/kernels.h"

#include <algorithm>

// Implicit matrix products on tensor cores (mma.m16n8k16): pixels are the rows, output channels the columns, the channels of nine neighbours the inner dimension.
// A block walks over tiles of the pictures; while it computes one, the next is on its way into shared memory.
namespace plumage::cuda {
namespace {

// Small blocks, several on a multiprocessor: while one waits for memory or writes, others compute.
constexpr int threads = 128, warps = 4, tileHeight = 8, tileWidth = 32, haloHeight = tileHeight + 2, haloWidth = tileWidth + 2, taps = 9;
constexpr int padding = 8;    // numbers after each pixel in shared memory: then the 16-byte reads of 8 neighbours meet 32 different banks

__device__ inline std::uint32_t sharedAddress(const void* pointer) { return static_cast<std::uint32_t>(__cvta_generic_to_shared(pointer)); }

// 16 bytes into shared memory, or zeros
__device__ inline void copyAsync(void* to, const void* from, bool there)
{
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(sharedAddress(to)), "l"(from), "r"(there ? 16 : 0));
}
__device__ inline void commitCopies() { asm volatile("cp.async.commit_group;"); }
template<int pending>
__device__ inline void waitForCopies() { asm volatile("cp.async.wait_group %0;" ::"n"(pending)); }

__device__ inline void loadMatrices(std::uint32_t (&r)[4], const void* row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];" : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(sharedAddress(row)));
}
__device__ inline void loadTransposed(std::uint32_t (&r)[4], const void* row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];" : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(sharedAddress(row)));
}
__device__ inline void multiply(float (&c)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1)
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                 : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

struct Tile {    // of all pictures, row by row
    int image, top, left;
    __device__ Tile(int index, int height, int width)
    {
        const int across = width / tileWidth, down = height / tileHeight;
        image = index / (across * down);
        top = index / across % down * tileHeight;
        left = index % across * tileWidth;
    }
};

// A tile with a border of one pixel, [haloHeight][haloWidth][channels + padding]; `up`: of a picture half as large, each pixel doubled. A thread keeps its place in a row.
template<int channels>
__device__ inline void loadHalo(bf16* to, const bf16* x, const Tile& tile, int height, int width, bool up)
{
    constexpr int chunks = channels / 8, perRow = haloWidth * chunks;
    const int shift = up ? 1 : 0, rowNumbers = (width >> shift) * channels;
    x += static_cast<std::int64_t>(tile.image) * (height >> shift) * rowNumbers;
    for (int place = threadIdx.x; place < perRow; place += threads) {
        const int pixel = place / chunks, chunk = place % chunks, column = tile.left + pixel - 1;
        const bool inside = column >= 0 && column < width;
        const bf16* from = x + (inside ? (column >> shift) * channels + chunk * 8 : 0);
        bf16* target = to + pixel * (channels + padding) + chunk * 8;
#pragma unroll
        for (int i = 0; i < haloHeight; ++i) {
            const int row = tile.top + i - 1;
            const bool there = inside && row >= 0 && row < height;
            copyAsync(target + i * haloWidth * (channels + padding), there ? from + (row >> shift) * rowNumbers : x, there);
        }
    }
}

// The channel that column `column` (0..7) of the n-th eight columns stands for: so that a thread's columns are neighbours in memory.
template<int out>
__device__ constexpr int channelOf(int n, int column) { return column / 2 * (out / 4) + n * 2 + column % 2; }

template<int in, int out>
struct ConvLayout {
    static constexpr int pixelNumbers = in + padding, stageNumbers = haloHeight * haloWidth * pixelNumbers;
    static constexpr int steps = in / 16, columns = out / 8, weightPairs = taps * steps * columns * 32;
    static constexpr int bytes = weightPairs * 8 + 2 * stageNumbers * 2;
    static constexpr int rowTiles = tileHeight * 2 / warps;    // of 16 pixels, a warp
    static constexpr int together = in == 16 && out == 32 ? 2 : 4;
};

// adds: planes or another picture to the result; sums: of the result, before it is rounded
enum class Adds { nothing, planes, picture };

template<int in, int out, Adds adds, bool sums>
__global__ void __launch_bounds__(threads, in == 16 ? 4 : 3) convKernel(Conv3 call, int tiles)
{
    using L = ConvLayout<in, out>;
    extern __shared__ __align__(16) unsigned char shared[];
    uint2* weights = reinterpret_cast<uint2*>(shared);    // [tap][step][column][lane], as a thread's operand
    bf16* const stages = reinterpret_cast<bf16*>(shared + L::weightPairs * 8);
    const bf16* x = static_cast<const bf16*>(call.x);
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, quad = lane / 4, member = lane % 4;

    int tile = blockIdx.x, stage = 0;
    if (tile < tiles)
        loadHalo<in>(stages, x, Tile(tile, call.height, call.width), call.height, call.width, call.up);
    commitCopies();
    for (int i = threadIdx.x; i < L::weightPairs; i += threads) {
        const int l = i % 32, n = i / 32 % L::columns, step = i / (32 * L::columns) % L::steps, tap = i / (32 * L::columns * L::steps);
        const int o = channelOf<out>(n, l / 4), k = step * 16 + l % 4 * 2;
        const auto weight = [&](int input) {
            return call.flipped ? call.weight.data[input * call.weight.out + o * call.weight.in + (8 - tap) * call.weight.tap]
                                : call.weight.data[o * call.weight.out + input * call.weight.in + tap * call.weight.tap];
        };
        weights[i] = make_uint2(pack2(weight(k), weight(k + 1)), pack2(weight(k + 8), weight(k + 9)));
    }

    constexpr int own = out / 4;    // neighbouring channels of a thread
    const int firstChannel = member * own;
    float s1[own] = {}, s2[own] = {};
    for (; tile < tiles; tile += gridDim.x, stage ^= 1) {
        const int next = tile + gridDim.x;
        if (next < tiles)
            loadHalo<in>(stages + (stage ^ 1) * L::stageNumbers, x, Tile(next, call.height, call.width), call.height, call.width, call.up);
        commitCopies();
        waitForCopies<1>();
        __syncthreads();
        const Tile at(tile, call.height, call.width);
        const int top = at.top + warp * (L::rowTiles / 2), left = at.left + quad;
        const std::int64_t start = ((static_cast<std::int64_t>(at.image) * call.height + top) * call.width + left) * out + firstChannel;
        const auto placeOf = [&](int m, int half) { return start + m / 2 * call.width * out + (m % 2 * 16 + half * 8) * out; };
        constexpr bool addsPicture = adds == Adds::picture;
        std::uint32_t more[addsPicture ? L::rowTiles : 1][2][own / 2];    // on its way while the products are made
        if constexpr (addsPicture) {
#pragma unroll
            for (int m = 0; m < L::rowTiles; ++m)
#pragma unroll
                for (int half = 0; half < 2; ++half)
#pragma unroll
                    for (int j = 0; j < own / 2; j += 2) {
                        const uint2 words = __ldg(reinterpret_cast<const uint2*>(static_cast<const bf16*>(call.picture) + placeOf(m, half) + 2 * j));
                        more[m][half][j] = words.x;
                        more[m][half][j + 1] = words.y;
                    }
        }
        float sum[L::rowTiles][L::columns][4] = {};
        const bf16* lines = stages + stage * L::stageNumbers + (warp * (L::rowTiles / 2) * haloWidth + lane % 16) * L::pixelNumbers + lane / 16 * 8;
#pragma unroll 3
        for (int tap = 0; tap < taps; ++tap) {
#pragma unroll
            for (int step = 0; step < L::steps; ++step) {
                uint2 b[L::columns];
#pragma unroll
                for (int n = 0; n < L::columns; ++n)
                    b[n] = weights[((tap * L::steps + step) * L::columns + n) * 32 + lane];
#pragma unroll
                for (int m = 0; m < L::rowTiles; m += L::together) {    // several operands on their way at a time
                    std::uint32_t a[L::together][4];
#pragma unroll
                    for (int k = 0; k < L::together; ++k)
                        loadMatrices(a[k], lines + (((m + k) / 2 + tap / 3) * haloWidth + (m + k) % 2 * 16 + tap % 3) * L::pixelNumbers + step * 16);
#pragma unroll
                    for (int k = 0; k < L::together; ++k)
#pragma unroll
                        for (int n = 0; n < L::columns; ++n)
                            multiply(sum[m + k][n], a[k], b[n].x, b[n].y);
                }
            }
        }
#pragma unroll
        for (int m = 0; m < L::rowTiles; ++m) {
#pragma unroll
            for (int half = 0; half < 2; ++half) {
                float values[own];
#pragma unroll
                for (int n = 0; n < L::columns; ++n) {
                    values[2 * n] = sum[m][n][half * 2];
                    values[2 * n + 1] = sum[m][n][half * 2 + 1];
                }
                if constexpr (adds == Adds::planes) {
                    const int row = top + m / 2, column = left + m % 2 * 16 + half * 8;
                    const int border = (row == 0 ? 0 : row == call.height - 1 ? 2 : 1) * 3 + (column == 0 ? 0 : column == call.width - 1 ? 2 : 1);
                    const float* plane = call.planes + (at.image * 9 + border) * out + firstChannel;
#pragma unroll
                    for (int j = 0; j < own; ++j)
                        values[j] += __ldg(plane + j);
                }
                if constexpr (addsPicture) {
#pragma unroll
                    for (int j = 0; j < own; j += 2) {
                        values[j] += __uint_as_float(more[m][half][j / 2] << 16);
                        values[j + 1] += __uint_as_float(more[m][half][j / 2] & 0xffff0000u);
                    }
                }
                if constexpr (sums) {
#pragma unroll
                    for (int j = 0; j < own; ++j) {
                        s1[j] += values[j];
                        s2[j] += values[j] * values[j];
                    }
                }
                bf16* to = static_cast<bf16*>(call.y) + placeOf(m, half);
                if constexpr (own == 8)
                    *reinterpret_cast<uint4*>(to)
                        = make_uint4(pack2(values[0], values[1]), pack2(values[2], values[3]), pack2(values[4], values[5]), pack2(values[6], values[7]));
                else
                    *reinterpret_cast<uint2*>(to) = make_uint2(pack2(values[0], values[1]), pack2(values[2], values[3]));
            }
        }
        __syncthreads();    // everyone has read this stage before the round after next fills it
    }
    if constexpr (sums) {
        float* joined = reinterpret_cast<float*>(shared);    // [warp][2][out]
#pragma unroll
        for (int j = 0; j < own; ++j) {
#pragma unroll
            for (int apart = 4; apart < 32; apart *= 2) {
                s1[j] += __shfl_xor_sync(0xffffffffu, s1[j], apart);
                s2[j] += __shfl_xor_sync(0xffffffffu, s2[j], apart);
            }
            if (quad == 0) {
                joined[(warp * 2) * out + firstChannel + j] = s1[j];
                joined[(warp * 2 + 1) * out + firstChannel + j] = s2[j];
            }
        }
        __syncthreads();
        if (threadIdx.x < 2 * out) {
            float total = 0;
            for (int w = 0; w < warps; ++w)
                total += joined[w * 2 * out + threadIdx.x];
            call.sums[blockIdx.x * 2 * out + threadIdx.x] = total;
        }
    }
}

// The weight's gradient: output channels are the rows, input channels the columns, pixels the inner dimension. Two warps share a tile's pixels between them for the
// first five taps, two others for the last four.
template<int in, int out>
struct GradientLayout {
    static constexpr int pixelWarps = warps / 2, mostTaps = 5;
    static constexpr int inputNumbers = haloHeight * haloWidth * (in + padding), outputNumbers = tileHeight * tileWidth * (out + padding);
    static constexpr int stageNumbers = inputNumbers + outputNumbers, bytes = 2 * stageNumbers * 2;
    static constexpr int rowTiles = out / 16, columns = in / 8, steps = tileHeight * 2 / pixelWarps;    // of 16 pixels, a warp
    static constexpr int weights = taps * out * in;
    static_assert(in == 16 && weights * 4 <= bytes);
};

template<int out>
__device__ inline void loadGradients(bf16* to, const bf16* gradY, const Tile& tile, int height, int width)
{
    constexpr int chunks = out / 8, perRow = tileWidth * chunks, rows = threads / perRow;    // of a round
    const int place = threadIdx.x % perRow, first = threadIdx.x / perRow, pixel = place / chunks, chunk = place % chunks;
    const bf16* from = gradY + ((static_cast<std::int64_t>(tile.image) * height + tile.top + first) * width + tile.left + pixel) * out + chunk * 8;
    bf16* target = to + (first * tileWidth + pixel) * (out + padding) + chunk * 8;
#pragma unroll
    for (int i = 0; i < tileHeight / rows; ++i)
        copyAsync(target + i * rows * tileWidth * (out + padding), from + i * rows * width * out, true);
}

template<int in, int out>
__global__ void __launch_bounds__(threads, 3) weightKernel(Conv3Gradient call, int tiles)
{
    using L = GradientLayout<in, out>;
    extern __shared__ __align__(16) unsigned char shared[];
    bf16* const stages = reinterpret_cast<bf16*>(shared);
    const bf16 *x = static_cast<const bf16*>(call.x), *gradY = static_cast<const bf16*>(call.gradY);
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, quad = lane / 4, member = lane % 4;
    const int pixelWarp = warp % L::pixelWarps, firstTap = warp / L::pixelWarps * L::mostTaps;

    const auto load = [&](int stage, int index) {
        const Tile tile(index, call.height, call.width);
        loadHalo<in>(stages + stage * L::stageNumbers, x, tile, call.height, call.width, call.up);
        loadGradients<out>(stages + stage * L::stageNumbers + L::inputNumbers, gradY, tile, call.height, call.width);
    };
    int tile = blockIdx.x, stage = 0;
    if (tile < tiles)
        load(0, tile);
    commitCopies();
    float sum[L::mostTaps][L::rowTiles][L::columns][4] = {};
    for (; tile < tiles; tile += gridDim.x, stage ^= 1) {
        const int next = tile + gridDim.x;
        if (next < tiles)
            load(stage ^ 1, next);
        commitCopies();
        waitForCopies<1>();
        __syncthreads();
        const bf16 *inputs = stages + stage * L::stageNumbers, *outputs = inputs + L::inputNumbers;
#pragma unroll
        for (int step = 0; step < L::steps; ++step) {
            const int row = (pixelWarp * L::steps + step) / 2, column = (pixelWarp * L::steps + step) % 2 * 16;
            std::uint32_t a[L::rowTiles][4];
#pragma unroll
            for (int m = 0; m < L::rowTiles; ++m) {    // matrices: channels 0-7 and 8-15 of pixels 0-7, then of pixels 8-15
                const int pixel = row * tileWidth + column + lane % 8 + lane / 16 * 8;
                loadTransposed(a[m], outputs + pixel * (out + padding) + m * 16 + lane / 8 % 2 * 8);
            }
            std::uint32_t b[L::mostTaps][4];    // matrices: pixels 0-7 and 8-15 of channels 0-7, then of channels 8-15
#pragma unroll
            for (int t = 0; t < L::mostTaps; ++t) {
                const int tap = min(firstTap + t, taps - 1);    // the last one twice: its second sum is dropped
                const int pixel = (row + tap / 3) * haloWidth + column + tap % 3 + lane % 8 + lane / 8 % 2 * 8;
                loadTransposed(b[t], inputs + pixel * (in + padding) + lane / 16 * 8);
            }
#pragma unroll
            for (int t = 0; t < L::mostTaps; ++t)
#pragma unroll
                for (int m = 0; m < L::rowTiles; ++m) {
                    multiply(sum[t][m][0], a[m], b[t][0], b[t][1]);
                    multiply(sum[t][m][1], a[m], b[t][2], b[t][3]);
                }
        }
        __syncthreads();
    }
    waitForCopies<0>();
    __syncthreads();
    float* total = reinterpret_cast<float*>(shared);    // [tap][out][in]; the pixel warps add one after the other, always in this order
    for (int turn = 0; turn < L::pixelWarps; ++turn) {
        if (turn == pixelWarp) {
#pragma unroll
            for (int t = 0; t < L::mostTaps; ++t) {
                if (firstTap + t >= taps)
                    break;
#pragma unroll
                for (int m = 0; m < L::rowTiles; ++m)
#pragma unroll
                    for (int n = 0; n < L::columns; ++n)
#pragma unroll
                        for (int k = 0; k < 4; ++k) {
                            const int o = m * 16 + quad + k / 2 * 8, i = n * 8 + member * 2 + k % 2;
                            float& place = total[((firstTap + t) * out + o) * in + i];
                            place = turn == 0 ? sum[t][m][n][k] : place + sum[t][m][n][k];
                        }
            }
        }
        __syncthreads();
    }
    for (int i = threadIdx.x; i < L::weights; i += threads)
        call.partials[static_cast<std::int64_t>(blockIdx.x) * L::weights + i] = total[i];
}

__global__ void __launch_bounds__(256) joinWeightsKernel(const float* partials, int blocks, int weights, int out, int in, Weight3 to)
{
    __shared__ float all[8][33];
    const int index = blockIdx.x * 32 + threadIdx.x;
    float sum = 0;
    if (index < weights) {
#pragma unroll 8
        for (int block = threadIdx.y; block < blocks; block += 8)
            sum += partials[static_cast<std::int64_t>(block) * weights + index];
    }
    all[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y != 0 || index >= weights)
        return;
    for (int i = 1; i < 8; ++i)
        sum += all[i][threadIdx.x];
    const int input = index % in, output = index / in % out, tap = index / (in * out);
    to.data[output * to.out + input * to.in + tap * to.tap] = sum;
}

int multiprocessors()
{
    static const int count = [] {
        int device = 0, value = 0;
        cudaGetDevice(&device);
        cudaDeviceGetAttribute(&value, cudaDevAttrMultiProcessorCount, device);
        return std::max(1, value);
    }();
    return count;
}

int tilesOf(std::int64_t images, int height, int width)
{
    return static_cast<int>(images) * (height / tileHeight) * (width / tileWidth);
}

template<class Call>
void withChannels(int in, int out, Call call)
{
    if (in == 16 && out == 16)
        call.template operator()<16, 16>();
    else if (in == 16 && out == 32)
        call.template operator()<16, 32>();
    else if (in == 32 && out == 16)
        call.template operator()<32, 16>();
    else
        call.template operator()<32, 32>();
}

// As many blocks as run at the same time; each walks over tiles.
template<class Kernel>
int residentBlocks(Kernel kernel, int bytes)
{
    int each = 1;
    cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);    // beyond the 48 kB that need no asking
    cudaOccupancyMaxActiveBlocksPerMultiprocessor(&each, kernel, threads, bytes);
    return std::max(1, each) * multiprocessors();
}

template<int in, int out, Adds adds, bool sums>
int convBlocksOf(const Conv3& call)
{
    static const int resident = residentBlocks(convKernel<in, out, adds, sums>, ConvLayout<in, out>::bytes);
    return std::min(tilesOf(call.images, call.height, call.width), resident);
}

template<int out>
int weightBlocksOf(const Conv3Gradient& call)
{
    static const int resident = residentBlocks(weightKernel<16, out>, GradientLayout<16, out>::bytes);
    return std::min(tilesOf(call.images, call.height, call.width), resident);
}

// The kernel that a call wants: planes come with sums, another picture without.
template<class Visit>
void withKernel(const Conv3& call, Visit visit)
{
    withChannels(call.in, call.out, [&]<int in, int out>() {
        if (call.planes)
            visit.template operator()<in, out, Adds::planes, true>();
        else if (call.picture)
            visit.template operator()<in, out, Adds::picture, false>();
        else if (call.sums)
            visit.template operator()<in, out, Adds::nothing, true>();
        else
            visit.template operator()<in, out, Adds::nothing, false>();
    });
}

} // namespace

bool convFits(std::int64_t in, std::int64_t out, std::int64_t height, std::int64_t width)
{
    return (in == 16 || in == 32) && (out == 16 || out == 32) && width % tileWidth == 0 && height % tileHeight == 0;
}

int convBlocks(const Conv3& call)
{
    int blocks = 0;
    withKernel(call, [&]<int in, int out, Adds adds, bool sums>() { blocks = convBlocksOf<in, out, adds, sums>(call); });
    return blocks;
}

void conv3(const Conv3& call, cudaStream_t stream)
{
    withKernel(call, [&]<int in, int out, Adds adds, bool sums>() {
        convKernel<in, out, adds, sums>
            <<<convBlocksOf<in, out, adds, sums>(call), threads, ConvLayout<in, out>::bytes, stream>>>(call, tilesOf(call.images, call.height, call.width));
    });
}

int weightBlocks(const Conv3Gradient& call) { return call.out == 16 ? weightBlocksOf<16>(call) : weightBlocksOf<32>(call); }

void conv3WeightGradient(const Conv3Gradient& call, cudaStream_t stream)
{
    const int blocks = weightBlocks(call), tiles = tilesOf(call.images, call.height, call.width), weights = taps * call.out * call.in;
    if (call.out == 16)
        weightKernel<16, 16><<<blocks, threads, GradientLayout<16, 16>::bytes, stream>>>(call, tiles);
    else
        weightKernel<16, 32><<<blocks, threads, GradientLayout<16, 32>::bytes, stream>>>(call, tiles);
    joinWeightsKernel<<<(weights + 31) / 32, dim3(32, 8), 0, stream>>>(call.partials, blocks, weights, call.out, call.in, call.gradWeight);
}

} // namespace plumage::cuda
