// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/tiles.cuh"

// Implicit matrix products on tensor cores (mma.m16n8k16): pixels are the rows, output channels the columns, the channels of nine neighbours the inner dimension.
// A block walks over tiles of the pictures; while it computes one, the next is on its way into shared memory.
namespace plumage::cuda {
namespace {

using namespace tiles;

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

template<int in, int out, Adds adds, bool sums>
int convBlocksOf(const Conv3& call)
{
    static const int resident = residentBlocks(convKernel<in, out, adds, sums>, ConvLayout<in, out>::bytes);
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

} // namespace plumage::cuda
