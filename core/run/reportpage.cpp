// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/reportpage.h"

#include "core/base/trainoptions.h"

#include <cmath>

namespace plumage::run {
namespace {

std::string escaped(std::string_view text)
{
    std::string html;
    for (const char c : text) {
        switch (c) {
        case '&': html += "&amp;"; break;
        case '<': html += "&lt;"; break;
        case '>': html += "&gt;"; break;
        case '"': html += "&quot;"; break;
        default: html += c;
        }
    }
    return html;
}

std::string rounded(double value, double digits)    // digits: 1000 = three decimals
{
    return formatNumber(std::round(value * digits) / digits);
}

class Table {
public:
    void row(std::string_view name, std::string_view value, std::string_view meaning = {})
    {
        m_html += "<tr><th>" + escaped(name) + "</th><td>" + escaped(value) + "</td><td class=\"meaning\">" + escaped(meaning) + "</td></tr>\n";
    }
    std::string html() const { return "<table>\n" + m_html + "</table>\n"; }

private:
    std::string m_html;
};

std::string scoreTable(const metrics::Scores& scores)
{
    Table table;
    table.row("AMI", rounded(scores.ami, 1e3), "0 = chance, 1 = the same kinds");
    table.row("ARI", rounded(scores.ari, 1e3), "0 = chance, 1 = the same kinds");
    table.row("ACC", rounded(scores.acc, 1e3), "chance: " + rounded(scores.accChance, 1e3));
    table.row("Purity", rounded(scores.purity, 1e3), "rises with the number of codes");
    table.row("NMI, arithmetic", rounded(scores.nmi, 1e3), "rises with the number of codes");
    table.row("NMI, as the reference counts", rounded(scores.nmiReference, 1e3), "stays below 1 where a kind has several codes");
    table.row("Homogeneity, completeness", rounded(scores.homogeneity, 1e3) + ", " + rounded(scores.completeness, 1e3));
    table.row("Kinds", std::to_string(scores.classes), "folders, in " + std::to_string(scores.photos) + " photos");
    return "<h2>Against the folders</h2>\n" + table.html();
}

constexpr std::string_view style = R"(
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1240px; margin: 2em auto; padding: 0 1em; color: #222; background: #fff; }
img { max-width: 100%; height: auto; border: 1px solid #ddd; }
table { border-collapse: collapse; } th { text-align: left; font-weight: normal; color: #555; }
td, th { padding: .15em 1.5em .15em 0; font-variant-numeric: tabular-nums; } .meaning { color: #777; }
)";

std::string picture(std::string_view heading, std::string_view file, std::string_view caption)
{
    return "<h2>" + std::string(heading) + "</h2>\n<p>" + std::string(caption) + "</p>\n<img src=\"" + std::string(file) + "\" alt=\"" + std::string(heading)
        + "\">\n";
}

} // namespace

std::string reportPage(const ReportSource& source, const StoredSnapshot& snapshot, bool hasLosses)
{
    const train::SnapshotTensors& tensors = snapshot.tensors;
    Table table;
    table.row("Photos", std::to_string(tensors.photos));
    table.row("Step", std::to_string(tensors.step));
    table.row("Minutes of training", rounded(tensors.seconds / 60, 10));
    table.row("Codes in use", std::to_string(tensors.codesInUse) + " of " + std::to_string(tensors.activeCodes.size()),
              "effective number: " + rounded(tensors.effectiveCodes, 10));
    for (const auto& [name, value] : source.facts)
        table.row(name, value);
    std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + escaped(source.title) + "</title>\n<style>"
        + std::string(style) + "</style>\n</head>\n<body>\n<h1>" + escaped(source.title) + "</h1>\n" + table.html();
    if (snapshot.scores)
        page += scoreTable(*snapshot.scores);
    page += picture("Clusters", "clusters.png",
                    "A row per code, largest first: four pictures that the network drew of it (violet frame), then the photos nearest to its centre.");
    page += picture("Map", "map.png", "Photos that the network finds alike lie close together. Diamonds with numbers are the centres of codes, violet ones drawings.");
    if (hasLosses)
        page += picture("Losses", "losses.png", "Terms with their weight, over the steps of training.");
    return page + "</body>\n</html>\n";
}

} // namespace plumage::run
