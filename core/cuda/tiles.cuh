// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cuda/device.cuh"
#include "core/cuda/kernels.h"

#include <algorithm>

// Tiles of pictures in shared memory and tensor cores, for conv3.cu and conv3gradient.cu.
namespace plumage::cuda::tiles {

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

inline int multiprocessors()
{
    static const int count = [] {
        int device = 0, value = 0;
        cudaGetDevice(&device);
        cudaDeviceGetAttribute(&value, cudaDevAttrMultiProcessorCount, device);
        return std::max(1, value);
    }();
    return count;
}

inline int tilesOf(std::int64_t images, int height, int width)
{
    return static_cast<int>(images) * (height / tileHeight) * (width / tileWidth);
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

} // namespace plumage::cuda::tiles
