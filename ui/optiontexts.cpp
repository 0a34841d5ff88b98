// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/optiontexts.h"

#include <QtCore/QCoreApplication>

#include <map>

namespace plumage::ui {
namespace {

struct Source {
    const char *label, *help;
};

#define TEXT(text) QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", text)
const std::map<std::string_view, Source> texts{
    {"network.image_size", {TEXT("Picture size"), TEXT("Pixels a side that the network sees: 32, 64, 128 or 256. Larger is slower and needs more photos.")}},
    {"network.ngf", {TEXT("Width of the painter (G)"), TEXT("Base channels of the generator.")}},
    {"network.ndf", {TEXT("Width of the judge (D)"), TEXT("Base channels of the discriminator; the embedding has 8 times as many numbers.")}},
    {"network.tail", {TEXT("Channels at full size"), TEXT("Channels of the generator's last, largest layers. They take most of the time.")}},
    {"network.trunk_res", {TEXT("Residual blocks, trunk"), TEXT("Depth of the part that background and object share.")}},
    {"network.object_res", {TEXT("Residual blocks, object"), TEXT("Depth of the part that draws the object.")}},
    {"network.z_dim", {TEXT("Noise width z"), TEXT("Numbers that decide pose and background.")}},
    {"network.cz_dim", {TEXT("Noise width inside a code"), TEXT("Numbers that vary the object within its code.")}},
    {"network.temperature", {TEXT("Temperature"), TEXT("Of the contrastive losses; smaller pulls harder at near neighbours.")}},
    {"losses.w_adv", {TEXT("Weight of realism"), TEXT("Real or drawn: the loss of D and G.")}},
    {"losses.w_info_d", {TEXT("Weight of code recovery (D)"), TEXT("D names the code that a picture was drawn with.")}},
    {"losses.w_info_g", {TEXT("Weight of code recovery (G)"), TEXT("G draws so that the code can be told.")}},
    {"losses.w_masked", {TEXT("Share of code recovery on the object alone"), TEXT("The same with the background cut away.")}},
    {"losses.w_contrast", {TEXT("Weight of contrast of views"), TEXT("Two views of one photo shall lie close.")}},
    {"losses.w_entropy", {TEXT("Weight of sureness"), TEXT("Each photo shall have few likely codes.")}},
    {"losses.w_marginal", {TEXT("Weight of using all codes"), TEXT("Together the photos shall use all codes.")}},
    {"losses.w_area", {TEXT("Weight of the mask's area"), TEXT("The object shall be neither tiny nor everything.")}},
    {"losses.w_binary", {TEXT("Weight of clear mask edges"), TEXT("Each pixel shall be object or background.")}},
    {"losses.area_min", {TEXT("Smallest free mask area"), TEXT("Share of the picture below which the mask costs.")}},
    {"losses.area_max", {TEXT("Largest free mask area"), TEXT("Share of the picture above which the mask costs.")}},
    {"losses.marginal_queue", {TEXT("Batches remembered for code use"), TEXT("Used when there are more codes than photos in a batch; 0 = off.")}},
    {"views.real_crop", {TEXT("Side of the view"), TEXT("Share of the photo's short side.")}},
    {"views.theta", {TEXT("Moving the drawn object"), TEXT("How far drawn objects are turned, sized and shifted.")}},
    {"views.colour_clue", {TEXT("Colour is a clue"), TEXT("Yes: gentle colour changes. No: strong ones.")}},
    {"views.right_way_up", {TEXT("There is a right way up"), TEXT("No: views are turned freely.")}},
    {"views.size_clue", {TEXT("Size is a clue"), TEXT("Yes: views keep their scale.")}},
    {"views.left_right_differ", {TEXT("Left and right differ"), TEXT("Yes: nothing is mirrored.")}},
    {"views.jitter", {TEXT("Strength of colour changes"), TEXT("Scales brightness, contrast, saturation and hue changes.")}},
    {"schedule.kinds", {TEXT("Kinds you expect"), TEXT("0 = one for 100 photos.")}},
    {"schedule.over", {TEXT("Codes per kind"), TEXT("More codes than kinds: you merge rather than split.")}},
    {"schedule.batch_size", {TEXT("Photos per step"), TEXT("Halve it when the device has no memory left.")}},
    {"schedule.learning_rate", {TEXT("Learning rate"), TEXT("Of Adam, for both networks.")}},
    {"schedule.max_steps", {TEXT("Stop after steps"), TEXT("0 = until stopped.")}},
    {"schedule.max_minutes", {TEXT("Stop after minutes"), TEXT("0 = no limit.")}},
    {"schedule.max_epochs", {TEXT("Stop after rounds through all photos"), TEXT("0 = no limit.")}},
    {"schedule.snapshot_seconds", {TEXT("Seconds between snapshots"), TEXT("Each one moves the map.")}},
    {"schedule.checkpoint_minutes", {TEXT("Minutes between checkpoints"), TEXT("From a checkpoint training can go on.")}},
    {"schedule.metrics_every", {TEXT("Steps between logged losses"), TEXT("Points of the curves.")}},
    {"schedule.precise_bn", {TEXT("Exact averages before a snapshot"), TEXT("Measures batch averages anew before photos are placed.")}},
    {"schedule.ema_g", {TEXT("Averaged painter"), TEXT("Pictures are drawn by a running average of G.")}},
    {"schedule.ema_decay", {TEXT("Decay of that average"), TEXT("Nearer to 1 is slower and smoother.")}},
    {"schedule.cz_clamp", {TEXT("Limit of variation inside a code"), TEXT("0 = off.")}},
    {"schedule.deterministic", {TEXT("Repeatable to the last bit"), TEXT("On the processor, with the same number of threads.")}},
    {"schedule.threads", {TEXT("Processor threads"), TEXT("0 = all cores.")}},
};
const std::map<std::string_view, const char*> sections{
    {"network", TEXT("Networks")}, {"losses", TEXT("Losses")}, {"views", TEXT("Views of a photo")}, {"schedule", TEXT("Length and rhythm")}};
const std::map<std::string_view, const char*> words{{"true", TEXT("yes")}, {"false", TEXT("no")}, {"not_sure", TEXT("not sure")}, {"yes", TEXT("yes")},
    {"no", TEXT("no")}, {"strong", TEXT("strong")}, {"weak", TEXT("weak")}, {"none", TEXT("none")}};
#undef TEXT

QString translated(const char* text)
{
    return QCoreApplication::translate("plumage::ui::OptionTexts", text);
}

} // namespace

OptionText optionText(std::string_view field)
{
    const auto found = texts.find(field);
    if (found == texts.end())
        return {QString::fromUtf8(field.data(), static_cast<qsizetype>(field.size())), {}};
    return {translated(found->second.label), translated(found->second.help)};
}

QString sectionText(std::string_view section)
{
    const auto found = sections.find(section);
    return found == sections.end() ? QString::fromUtf8(section.data(), static_cast<qsizetype>(section.size())) : translated(found->second);
}

QString wordText(std::string_view word)
{
    const auto found = words.find(word);
    return found == words.end() ? QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size())) : translated(found->second);
}

} // namespace plumage::ui
