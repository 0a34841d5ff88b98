// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/tiles.cuh"

namespace plumage::cuda {
namespace {

using namespace tiles;

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

template<int out>
int weightBlocksOf(const Conv3Gradient& call)
{
    static const int resident = residentBlocks(weightKernel<16, out>, GradientLayout<16, out>::bytes);
    return std::min(tilesOf(call.images, call.height, call.width), resident);
}

} // namespace

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
