// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/confusion.h"
#include "app/cli/projectaccess.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/curation/commands.h"
#include "core/metrics/assignment.h"
#include "core/metrics/scores.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cstdio>
#include <map>

namespace plumage::cli {
namespace {

constexpr std::uint64_t chanceSeed = 1;    // of the permutations that the chance level is measured with

struct EvaluateText {
    Q_DECLARE_TR_FUNCTIONS(EvaluateText)
};

// Photos with a known kind and an answer, as numbers from 0.
struct Answers {
    std::vector<std::int32_t> truth, given;
    std::vector<std::string> kinds, clusters;
    std::int64_t correct = 0;    // the answer has the kind's very name

    metrics::Scores scores() const { return metrics::scoreAll(truth, given, static_cast<int>(kinds.size()), static_cast<int>(clusters.size()), chanceSeed); }
    metrics::Contingency table() const { return metrics::countPairs(truth, given, static_cast<int>(kinds.size()), static_cast<int>(clusters.size())); }
};

std::int32_t numberOf(std::map<std::string, std::int32_t>& numbers, std::vector<std::string>& names, const std::string& name)
{
    const auto [at, fresh] = numbers.try_emplace(name, static_cast<std::int32_t>(names.size()));
    if (fresh)
        names.push_back(name);
    return at->second;
}

template<class ClusterAt>
Answers collect(const OpenProject& project, const std::map<PhotoId, std::string>& truth, ClusterAt clusterAt)
{
    Answers answers;
    std::map<std::string, std::int32_t> kinds, clusters;
    for (std::size_t row = 0; row < project.table.rows(); ++row) {
        const auto kind = truth.find(project.table.photo(row));
        const std::optional<ClusterId> cluster = clusterAt(row);
        if (kind == truth.end() || !cluster)
            continue;
        const std::string name = curation::shownName(project.state, *cluster);
        answers.truth.push_back(numberOf(kinds, answers.kinds, kind->second));
        answers.given.push_back(numberOf(clusters, answers.clusters, name));
        answers.correct += name == kind->second;
    }
    return answers;
}

Json toJson(const Answers& answers)
{
    if (answers.truth.empty())
        return {};
    const metrics::Scores scores = answers.scores();
    Json json = Json::object();
    json.set("photos", scores.photos);
    json.set("kinds", scores.classes);
    json.set("clusters", static_cast<std::int64_t>(answers.clusters.size()));
    json.set("acc", scores.acc);
    json.set("acc_chance", scores.accChance);
    json.set("ami", scores.ami);
    json.set("ari", scores.ari);
    json.set("nmi", scores.nmi);
    json.set("purity", scores.purity);
    json.set("same_name", static_cast<double>(answers.correct) / static_cast<double>(answers.truth.size()));
    return json;
}

// Per kind: photos, the cluster that holds most of them, and which share.
Json perKind(const Answers& answers)
{
    const metrics::Contingency table = answers.table();
    const auto sums = table.rowSums();
    Json rows(Json::Array{});
    for (int row = 0; row < table.classes; ++row) {
        int best = 0;
        for (int column = 1; column < table.clusters; ++column)
            best = table.at(row, column) > table.at(row, best) ? column : best;
        Json json = Json::object();
        json.set("kind", answers.kinds[static_cast<std::size_t>(row)]);
        json.set("photos", sums[static_cast<std::size_t>(row)]);
        json.set("cluster", answers.clusters[static_cast<std::size_t>(best)]);
        json.set("share", static_cast<double>(table.at(row, best)) / static_cast<double>(sums[static_cast<std::size_t>(row)]));
        rows.push(json);
    }
    return rows;
}

void print(const QString& title, const Json& scores)
{
    if (scores.isNull()) {
        std::printf("%s\n", qUtf8Printable(EvaluateText::tr("%1: nothing to compare.").arg(title)));
        return;
    }
    const auto share = [&](const char* name) { return QString::number(100 * scores[name].toDouble(), 'f', 1); };
    std::printf("%s\n", qUtf8Printable(EvaluateText::tr("%1: ACC %2 % (chance %3 %), AMI %4, ARI %5; same name %6 %. %7 photos, %8 clusters.")
        .arg(title, share("acc"), share("acc_chance"), QString::number(scores["ami"].toDouble(), 'f', 3), QString::number(scores["ari"].toDouble(), 'f', 3), share("same_name"))
        .arg(scores["photos"].toInt()).arg(scores["clusters"].toInt())));
}

} // namespace

void evaluateCommand(const EvaluateArguments& a)
{
    OpenProject project = openProject(a.project);
    const auto truth = readTruth(a.truth, project.curator.library());
    const Answers now = collect(project, truth, [&](std::size_t row) { return project.table.cluster(row); });
    const Answers machine = collect(project, truth, [&](std::size_t row) { return project.table.machineCluster(row); });
    if (now.truth.empty())
        throw Error(ErrorCode::emptyTable, a.project.string());
    if (!a.png.empty())
        drawConfusion(now.table(), now.kinds, now.clusters, a.png);
    if (a.json) {
        Json json = Json::object();
        json.set("now", toJson(now));
        json.set("machine", toJson(machine));
        json.set("kinds", perKind(now));
        std::printf("%s\n", json.text().c_str());
        return;
    }
    print(EvaluateText::tr("Now"), toJson(now));
    print(EvaluateText::tr("The machine alone"), toJson(machine));
    const Json kinds = perKind(now);
    for (const Json& row : kinds.toArray())
        std::printf("%s\n", qUtf8Printable(EvaluateText::tr("%1 % of %2 (%3 photos) lie in %4").arg(QString::number(100 * row["share"].toDouble(), 'f', 0).rightJustified(3),
            QString::fromStdString(row["kind"].toString())).arg(row["photos"].toInt()).arg(QString::fromStdString(row["cluster"].toString()))));
}

} // namespace plumage::cli
