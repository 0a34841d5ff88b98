// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scan/contenthash.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <vector>
#include <xxhash.h>

namespace plumage::scan {

int hashFile(const std::filesystem::path& file, const std::stop_token& stop, std::string& hash)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return errno;
    const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(), XXH3_freeState);
    XXH3_128bits_reset(state.get());
    std::vector<char> block(std::size_t{256} << 10);
    ssize_t count = 0;
    do {
        count = ::read(descriptor, block.data(), block.size());
        if (count > 0)
            XXH3_128bits_update(state.get(), block.data(), static_cast<std::size_t>(count));
    } while (!stop.stop_requested() && (count > 0 || (count < 0 && errno == EINTR)));
    const int problem = count < 0 ? errno : 0;
    ::close(descriptor);
    if (problem || stop.stop_requested())
        return problem;
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
    static constexpr char digits[] = "0123456789abcdef";
    for (const unsigned char byte : canonical.digest) {
        hash += digits[byte >> 4];
        hash += digits[byte & 15];
    }
    return 0;
}

} // namespace plumage::scan
