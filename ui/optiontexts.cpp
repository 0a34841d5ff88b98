// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/optiontexts.h"

#include <QtCore/QCoreApplication>

#include <map>

namespace plumage::ui {
namespace {

struct Source {
    const char *label, *help;
};

const std::map<std::string_view, Source> texts{
    {"network.image_size", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Picture size"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Pixels a side that the network sees: 32, 64, 128 or 256. Larger is slower and needs more photos.")}},
    {"network.ngf", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Width of the painter (G)"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Base channels of the generator.")}},
    {"network.ndf", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Width of the judge (D)"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Base channels of the discriminator; the embedding has 8 times as many numbers.")}},
    {"network.tail", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Channels at full size"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Channels of the generator's last, largest layers. They take most of the time.")}},
    {"network.trunk_res", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Residual blocks, trunk"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Depth of the part that background and object share.")}},
    {"network.object_res", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Residual blocks, object"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Depth of the part that draws the object.")}},
    {"network.z_dim", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Noise width z"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Numbers that decide pose and background.")}},
    {"network.cz_dim", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Noise width inside a code"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Numbers that vary the object within its code.")}},
    {"network.temperature", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Temperature"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Of the contrastive losses; smaller pulls harder at near neighbours.")}},
    {"losses.w_adv", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Weight of realism"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Real or drawn: the loss of D and G.")}},
    {"losses.w_info_d", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Weight of code recovery (D)"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "D names the code that a picture was drawn with.")}},
    {"losses.w_info_g", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Weight of code recovery (G)"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "G draws so that the code can be told.")}},
    {"losses.w_masked", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Share of code recovery on the object alone"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "The same with the background cut away.")}},
    {"losses.w_contrast", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Weight of contrast of views"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Two views of one photo shall lie close.")}},
    {"losses.w_entropy", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Weight of sureness"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Each photo shall have few likely codes.")}},
    {"losses.w_marginal", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Weight of using all codes"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Together the photos shall use all codes.")}},
    {"losses.w_area", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Weight of the mask's area"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "The object shall be neither tiny nor everything.")}},
    {"losses.w_binary", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Weight of clear mask edges"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Each pixel shall be object or background.")}},
    {"losses.area_min", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Smallest free mask area"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Share of the picture below which the mask costs.")}},
    {"losses.area_max", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Largest free mask area"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Share of the picture above which the mask costs.")}},
    {"losses.marginal_queue", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Batches remembered for code use"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Used when there are more codes than photos in a batch; 0 = off.")}},
    {"losses.w_label", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Weight of your labels"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Photos that you decided about shall get the codes of their cluster.")}},
    {"views.real_crop", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Side of the view"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Share of the photo's short side.")}},
    {"views.theta", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Moving the drawn object"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "How far drawn objects are turned, sized and shifted.")}},
    {"views.colour_clue", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Colour is a clue"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Yes: gentle colour changes. No: strong ones.")}},
    {"views.right_way_up", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "There is a right way up"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "No: views are turned freely.")}},
    {"views.size_clue", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Size is a clue"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Yes: views keep their scale.")}},
    {"views.left_right_differ", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Left and right differ"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Yes: nothing is mirrored.")}},
    {"views.jitter", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Strength of colour changes"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Scales brightness, contrast, saturation and hue changes.")}},
    {"schedule.kinds", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Kinds you expect"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "0 = one for 100 photos.")}},
    {"schedule.over", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Codes per kind"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "More codes than kinds: you merge rather than split.")}},
    {"schedule.batch_size", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Photos per step"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Halve it when the device has no memory left.")}},
    {"schedule.learning_rate", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Learning rate"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Of Adam, for both networks.")}},
    {"schedule.max_steps", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Stop after steps"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "0 = until stopped.")}},
    {"schedule.max_minutes", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Stop after minutes"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "0 = no limit.")}},
    {"schedule.max_epochs", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Stop after rounds through all photos"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "0 = no limit.")}},
    {"schedule.snapshot_seconds", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Seconds between snapshots"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Each one moves the map.")}},
    {"schedule.checkpoint_minutes", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Minutes between checkpoints"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "From a checkpoint training can go on.")}},
    {"schedule.metrics_every", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Steps between logged losses"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Points of the curves.")}},
    {"schedule.labelled_share", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Share of a step for your labels"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "So many photos of each step are ones that you decided about.")}},
    {"schedule.held_out", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Share of labels that are kept out"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "They never train, and so tell how often the network is right about the rest.")}},
    {"schedule.precise_bn", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Exact averages before a snapshot"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Measures batch averages anew before photos are placed.")}},
    {"schedule.read_out", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Codes are read off at"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "centroid: as the network was trained. kmeans: the means of the photos, ten rounds from there; mostly nearer to the kinds.")}},
    {"schedule.recentre", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Move codes to their photos every"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Iterations from one move of the centroids to the means of their photos to the next; codes of clusters with labels stay. 0 = never.")}},
    {"schedule.ema_g", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Averaged painter"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Pictures are drawn by a running average of G.")}},
    {"schedule.ema_decay", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Decay of that average"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Nearer to 1 is slower and smoother.")}},
    {"schedule.cz_clamp", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Limit of variation inside a code"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "0 = off.")}},
    {"schedule.low_precision", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Short numbers (bfloat16)"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Convolutions with half the digits. Automatic: where a short trial says that it is faster.")}},
    {"schedule.deterministic", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Repeatable to the last bit"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "On the processor, with the same number of threads.")}},
    {"schedule.threads", {QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Processor threads"),
         QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "0 = all cores.")}},
};
const std::map<std::string_view, const char*> sections{
    {"network", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Networks")}, {"losses", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Losses")}, {"views", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Views of a photo")}, {"schedule", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "Length and rhythm")}};
const std::map<std::string_view, const char*> words{{"true", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "yes")}, {"false", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "no")}, {"not_sure", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "not sure")}, {"yes", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "yes")},
    {"no", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "no")}, {"strong", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "strong")}, {"weak", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "weak")}, {"none", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "none")},
    {"auto", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "automatic")}, {"on", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "on")}, {"off", QT_TRANSLATE_NOOP("plumage::ui::OptionTexts", "off")}};

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
