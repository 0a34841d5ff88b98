// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/layers.h"

#include <optional>

namespace plumage::model {

// Everything that decides a batch of drawings.
struct DrawingInput {
    torch::Tensor z, cz;                   // [N,zDim], [N,czDim], N(0,1)
    torch::Tensor codes;                   // [N] i64 in [0, kMax)
    std::optional<torch::Tensor> theta;    // [N,2,3] output -> input coordinates, order (x, y), corners aligned; none: the object stays in place
};

struct GeneratorOutput {                       // all [N,.,S,S]; a device that pastes in one go leaves b, m, o and o' undefined
    torch::Tensor background;                  // b, 3 channels in (-1,1)
    torch::Tensor mask, object;                // m in (0,1), o in (-1,1)
    torch::Tensor movedMask, movedObject;      // m', o' after T_theta: zeros outside; m and o themselves without theta
    torch::Tensor drawing;                     // y = b·(1 - m') + o'·m'
    torch::Tensor masked;                      // m'·y, where it was made on the way

    torch::Tensor maskedDrawing() const { return masked.defined() ? masked : movedMask * drawing; }
};

// METHOD.md section 2. Parameter and buffer names are the reference's, but a code's numbers are a row of a table.
class GeneratorImpl : public torch::nn::Module {
public:
    GeneratorImpl(const NetworkOptions& options, std::int64_t kMax, double czClamp = 0);    // czClamp 0: off
    // METHOD.md section 2, initialisation; table rows from activeCodes on are 0.
    void initialise(std::int64_t activeCodes, at::Generator random);

    GeneratorOutput forward(const DrawingInput& input);
    // The steps of forward. F [N,t,S,S]; (m, o) as one tensor of 1 + 3 channels
    torch::Tensor codeNoise(const torch::Tensor& cz, const torch::Tensor& codes);    // zeta' [N,czDim]
    torch::Tensor background(const torch::Tensor& z);
    torch::Tensor feature(const torch::Tensor& z, const torch::Tensor& codeNoise);
    torch::Tensor mask(const torch::Tensor& feature);
    torch::Tensor object(const torch::Tensor& feature, const torch::Tensor& codes);

    torch::Tensor codeTable, codeBias;    // emb [kMax, 4·czDim], [4·czDim]
    torch::Tensor objectCodes;            // [kMax, 2t·3·3], the input channels of the object's first convolution that stand for codes
    bool foldUpsample = false;            // METHOD.md section 4; slower on the CPU
    bool bfloat16 = false;                // convolutions while training (METHOD.md section 11); evaluation is always exact

private:
    bool isLow(const torch::Tensor& x) const;
    torch::Tensor enter(const torch::Tensor& x) const;
    torch::Tensor backgroundBranch(const torch::Tensor& z);
    torch::Tensor objectBranch(const torch::Tensor& feature, const torch::Tensor& codes);
    torch::Tensor leave(const torch::Tensor& x, const torch::Tensor& weight) const;

    double m_czClamp;
    Seed m_backgroundSeed, m_foregroundSeed;
    BatchNorm m_codeNorm{nullptr};
    std::vector<GatedConv> m_backgroundUp, m_foregroundUp;
    std::vector<ResidualBlock> m_backgroundRes, m_foregroundRes, m_objectRes;
    GatedConv m_maskConv, m_objectConv;
    torch::Tensor m_objectFirst;    // [2t,t,3,3]
    BatchNorm m_objectFirstNorm{nullptr};
    torch::Tensor m_backgroundOut, m_maskOut, m_objectOut;    // [3,t,3,3], [1,t,3,3], [3,t,3,3]
};
TORCH_MODULE(Generator);

// y, m', o' from b, m, o; METHOD.md section 2, G composition
GeneratorOutput compose(const torch::Tensor& background, const torch::Tensor& mask, const torch::Tensor& object, const std::optional<torch::Tensor>& theta);

} // namespace plumage::model
