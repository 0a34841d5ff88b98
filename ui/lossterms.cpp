// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/lossterms.h"

namespace plumage::ui {

std::vector<LossTerm> LossTerms::of(const LossOptions& o)
{
    return {
        {"d.real_adv", tr("real photos"), tr("Does D take real photos for real?"), o.wAdv},
        {"d.fake_adv", tr("generated pictures"), tr("Does D see through the generated pictures?"), o.wAdv},
        {"d.info", tr("code recovery"), tr("Can the network tell which code its own picture came from?"), o.wInfoD},
        {"d.info_masked", tr("code recovery, object only"), tr("Can it still tell when only the object is left?"), o.wMasked * o.wInfoD},
        {"d.contrastive", tr("contrast of views"), tr("Do two views of one photo lie closer than two photos?"), o.wContrast},
        {"d.entropy_each", tr("sureness"), tr("Is the network sure about each photo?"), o.wEntropy},
        {"d.entropy_all", tr("use of all codes"), tr("Are all codes used by some photos?"), o.wMarginal},
        {"d.label", tr("your labels"), tr("Do the photos that you decided about get the codes of their clusters?"), o.wLabel},
        {"g.adv", tr("realism"), tr("Do the drawn pictures pass for photos?"), o.wAdv},
        {"g.info", tr("code recovery"), tr("Does every code draw something that can be told apart?"), o.wInfoG},
        {"g.info_masked", tr("code recovery, object only"), tr("Does the object alone tell its code?"), o.wMasked * o.wInfoG},
        {"g.mask_area_low", tr("mask too small"), tr("Is the drawn object too small?"), o.wArea},
        {"g.mask_area_high", tr("mask too large"), tr("Does the drawn object fill the whole picture?"), o.wArea},
        {"g.mask_binary_entropy", tr("mask edges"), tr("Is it clear which pixels belong to the object?"), o.wBinary},
    };
}

} // namespace plumage::ui
