// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/projectaccess.h"
#include "core/base/error.h"
#include "core/base/half.h"
#include "core/base/json.h"
#include "core/base/npy.h"
#include "core/embedding/descriptor.h"
#include "core/review/simulatedcurator.h"

#include <QtCore/QCoreApplication>
#include <QtGui/QImage>
#include <QtGui/QImageReader>

#include <algorithm>
#include <cstdio>

namespace plumage::cli {
namespace {

constexpr int thumbnailSide = 96;    // of the picture that a photo is described by while there is no run, pixels

struct SimulateText {
    Q_DECLARE_TR_FUNCTIONS(SimulateText)
};

// What the task's views point to.
struct Vectors {
    std::optional<NpyMap> embedding, neighbours;
    std::vector<std::uint16_t> described;
};

// A photo that cannot be read looks like nothing: zeros.
std::vector<float> describe(const std::filesystem::path& file)
{
    QImageReader reader(QString::fromStdString(file.string()));
    reader.setScaledSize(reader.size().scaled(thumbnailSide, thumbnailSide, Qt::KeepAspectRatio));
    const QImage picture = reader.read().convertToFormat(QImage::Format_RGB888);
    return embedding::describe({std::span(picture.constBits(), static_cast<std::size_t>(picture.sizeInBytes())), picture.width(), picture.height(), static_cast<std::size_t>(picture.bytesPerLine())});
}

// By the newest run's network; without a run by the looks of small pictures, as the window does it.
Vectors vectorsOf(const OpenProject& project)
{
    Vectors vectors;
    if (project.view.run) {
        const auto snapshots = project::listSnapshots(*project.view.run);
        for (auto snapshot = snapshots.rbegin(); snapshot != snapshots.rend() && !vectors.embedding; ++snapshot)
            if (std::filesystem::exists(snapshot->path / "embedding.npy") && std::filesystem::exists(snapshot->path / "neighbours.npy")) {
                vectors.embedding.emplace(snapshot->path / "embedding.npy");
                vectors.neighbours.emplace(snapshot->path / "neighbours.npy");
            }
    }
    if (!vectors.embedding)
        for (std::size_t row = 0; row < project.table.rows(); ++row)
            for (const float value : describe(project.table.list().file(row)))
                vectors.described.push_back(halfFromFloat(value));
    return vectors;
}

review::SortingTask taskOf(const OpenProject& project, const Vectors& vectors, const std::map<PhotoId, std::string>& truth)
{
    review::SortingTask task;
    const std::size_t rows = vectors.embedding ? std::min(vectors.embedding->rows(), project.table.rows()) : project.table.rows();    // later photos have no vector
    task.run = project.run;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto kind = truth.find(project.table.photo(row));
        task.photos.push_back(project.table.photo(row));
        task.kinds.push_back(kind == truth.end() ? std::string() : kind->second);
        if (project.view.snapshot)
            task.topCodes.push_back(project.table.topCodes(row));
    }
    if (vectors.embedding) {
        task.vectors = {vectors.embedding->values<std::uint16_t>(), vectors.embedding->shape().at(1)};
        task.neighbours = vectors.neighbours->values<std::uint32_t>();
        task.neighbourCount = vectors.neighbours->shape().at(1);
    } else {
        task.vectors = {vectors.described, embedding::descriptorWidth};
    }
    if (std::ranges::all_of(task.kinds, &std::string::empty))
        throw Error(ErrorCode::emptyTable, project.folder.path().string());
    return task;
}

review::LoopEffort sumOf(const std::vector<review::LoopEffort>& loops)
{
    review::LoopEffort sum{.loop = "all"};
    for (const auto& loop : loops)
        sum.add(loop);
    sum.right = loops.back().right;
    sum.placed = loops.back().placed;
    return sum;
}

double photosPerDecision(const review::LoopEffort& effort)
{
    return effort.decisions() == 0 ? 0 : static_cast<double>(effort.photos()) / static_cast<double>(effort.decisions());
}

Json toJson(const review::LoopEffort& effort)
{
    Json json = Json::object();
    json.set("loop", effort.loop);
    json.set("decisions", effort.decisions());
    json.set("answers", effort.answers);
    json.set("picks", effort.picks);
    json.set("moves", effort.moves);
    json.set("names", effort.names);
    json.set("photos", effort.photos());
    json.set("seen", effort.seen);
    json.set("bulk", effort.bulk);
    json.set("photos_per_decision", photosPerDecision(effort));
    json.set("labels_right", effort.right);
    json.set("photos_placed", effort.placed);
    return json;
}

// A line: loop, decisions, photos, photos per decision, share of right labels, share of photos in their kind's cluster.
void print(const QStringList& cells)
{
    QString line = cells.front().leftJustified(14);
    for (qsizetype i = 1; i < cells.size(); ++i)
        line += cells[i].rightJustified(14);
    std::printf("%s\n", qUtf8Printable(line));
}

void print(const review::LoopEffort& effort, const QString& name)
{
    const auto percent = [](double share) { return QString::number(100 * share, 'f', 2) + QStringLiteral(" %"); };
    print({name, QString::number(effort.decisions()), QString::number(effort.photos()), QString::number(photosPerDecision(effort), 'f', 1), percent(effort.right), percent(effort.placed)});
}

QString loopName(const std::string& loop)
{
    return loop == "duplicates" ? SimulateText::tr("Duplicates") : loop == "validate" ? SimulateText::tr("Validate") : loop == "grow" ? SimulateText::tr("Grow")
        : loop == "suggestions" ? SimulateText::tr("Suggestions") : SimulateText::tr("The rest");
}

} // namespace

void simulateCommand(const SimulateArguments& a)
{
    OpenProject project = openProject(a.project);
    if (a.apply && project.curator.isReadOnly())
        throw Error(ErrorCode::libraryReadOnly, a.project.string());
    const auto truth = readTruth(a.truth, project.curator.library());
    const Vectors vectors = vectorsOf(project);
    review::SimulatedCurator curator(taskOf(project, vectors, truth), project.state, {a.precision, a.errorRate, a.seed}, a.apply ? [&](const curation::Command& command) { project.curator.apply(command); }
                                                                                                                : review::SimulatedCurator::Decided());
    const auto loops = curator.sort();
    const review::LoopEffort sum = sumOf(loops);
    if (a.json) {
        Json json = Json::object(), rows(Json::Array{});
        for (const auto& loop : loops)
            rows.push(toJson(loop));
        json.set("loops", rows);
        json.set("all", toJson(sum));
        json.set("applied", a.apply);
        std::printf("%s\n", json.text().c_str());
        return;
    }
    print({SimulateText::tr("Loop"), SimulateText::tr("decisions"), SimulateText::tr("photos"), SimulateText::tr("each"), SimulateText::tr("labels right"), SimulateText::tr("in its kind")});
    for (const auto& loop : loops)
        print(loop, loopName(loop.loop));
    print(sum, SimulateText::tr("In all"));
    std::printf("%s\n", qUtf8Printable(SimulateText::tr("%1 answers, %2 picks, %3 moves, %4 names; %5 photos accepted unseen.").arg(sum.answers).arg(sum.picks).arg(sum.moves).arg(sum.names).arg(sum.bulk)));
    if (!a.apply)
        std::printf("%s\n", qUtf8Printable(SimulateText::tr("Nothing was stored. Store the decisions with --apply.")));
}

} // namespace plumage::cli
