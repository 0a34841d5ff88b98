// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exchangecommands.h"

#include "core/exchange/exportcoco.h"
#include "core/exchange/exportcsv.h"
#include "core/exchange/exportfolders.h"
#include "core/exchange/exportplace.h"
#include "core/exchange/importboxes.h"
#include "core/exchange/importkind.h"
#include "core/exchange/importlabels.h"
#include "core/text/errortext.h"
#include "ui/clusterpanel.h"
#include "ui/job.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/paths.h"

#include <QtCore/QDir>
#include <QtCore/QLocale>
#include <QtCore/QUrl>
#include <QtGui/QAction>
#include <QtGui/QDesktopServices>
#include <QtGui/QImageReader>
#include <QtWidgets/QFileDialog>

namespace plumage::ui {
namespace {

constexpr std::size_t previewRows = 8, namesShown = 5;

std::optional<exchange::PictureSize> sizeOf(const std::filesystem::path& file)
{
    QImageReader reader(fromPath(file));
    reader.setAutoTransform(true);
    QSize size = reader.size();
    if (!size.isValid())
        return {};
    if (reader.transformation() & QImageIOHandler::TransformationRotate90)
        size.transpose();
    return exchange::PictureSize{size.width(), size.height()};
}

} // namespace

// All that a job needs; shares nothing with the window.
struct ExchangeCommands::Wanted {
    std::shared_ptr<project::Library> library;
    std::shared_ptr<const project::LibraryState> state;
    std::shared_ptr<const project::PhotoTable> photos;
    RunId run;
    exchange::ExportWish wish;
    ExportChoice choice;
    exchange::ExportRows rows() const { return exchange::exportRows(*library, *state, *photos, run, wish); }
};

ExchangeCommands::ExchangeCommands(MainWindow& window) : QObject(&window), m_window(window)
{
    connect(m_window.actions().action(QStringLiteral("project.export")), &QAction::triggered, this, &ExchangeCommands::showExport);
    connect(m_window.actions().action(QStringLiteral("project.import")), &QAction::triggered, this, [this] {
        auto* dialog = new QFileDialog(&m_window, tr("Import labels, boxes or a list of kinds"), QDir::homePath(), tr("Tables and boxes (*.csv *.tsv *.txt *.json);;All files (*)"));
        dialog->setFileMode(QFileDialog::ExistingFile);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QFileDialog::fileSelected, this, &ExchangeCommands::importFile);
        dialog->open();
    });
    connect(&m_window.workspace(), &Workspace::closed, this, [this] {
        m_stop.request_stop();
        ++m_generation;
        if (m_sheet)
            m_sheet->hide();
    });
}

ExchangeCommands::~ExchangeCommands()
{
    m_stop.request_stop();
}

ExchangeCommands::Wanted ExchangeCommands::wanted() const
{
    const SnapshotPointer& snapshot = m_window.workspace().snapshot();
    Curation& curation = m_window.workspace().curation();
    Wanted wanted{std::make_shared<project::Library>(curation.library()->another()), std::make_shared<const project::LibraryState>(curation.state()), snapshot->photos, snapshot->run, {}, m_sheet->choice()};
    wanted.wish = {{}, wanted.choice.which == ExportChoice::All, wanted.choice.checkedOnly, wanted.choice.minConfidence};
    if (wanted.choice.which == ExportChoice::Chosen)
        wanted.wish.clusters = m_window.clusterPanel()->picked();
    return wanted;
}

void ExchangeCommands::showExport()
{
    if (!m_window.workspace().isOpen() || !m_window.workspace().curation().library() || !m_window.workspace().snapshot())
        return;
    if (!m_sheet) {
        m_sheet = new ExportSheet(m_window.centre());
        connect(m_sheet, &ExportSheet::changed, this, &ExchangeCommands::preview);
        connect(m_sheet, &ExportSheet::writeWanted, this, &ExchangeCommands::askPlace);
        connect(m_sheet, &ExportSheet::closed, m_sheet, &QWidget::hide);
    }
    m_sheet->ask(static_cast<int>(m_window.clusterPanel()->picked().size()));
}

void ExchangeCommands::preview()
{
    struct Shown { ExportCounts counts; QString rows; };
    m_sheet->showBusy();
    startJob<std::shared_ptr<Shown>>(this, [wanted = wanted()] {
            const exchange::ExportRows rows = wanted.rows();
            const auto first = std::span(rows.rows).first(std::min(previewRows, rows.rows.size()));
            return std::make_shared<Shown>(Shown{rows.counts, QString::fromStdString(exchange::csvText(first))});
        },
        [this, generation = ++m_generation](const JobResult<std::shared_ptr<Shown>>& result) {
            if (generation != m_generation)
                return;
            if (const Error* error = std::get_if<Error>(&result))
                return m_window.messages().post({QStringLiteral("export"), Severity::Error, text::errorText(*error), {}});
            m_sheet->showPreview(std::get<0>(result)->counts, std::get<0>(result)->rows);
        });
}

void ExchangeCommands::askPlace()
{
    const ExportChoice choice = m_sheet->choice();
    const QString name = m_window.workspace().name() + (choice.format == ExportChoice::Csv ? QStringLiteral(".csv") : choice.format == ExportChoice::Coco ? QStringLiteral(".json") : QString());
    auto* dialog = new QFileDialog(&m_window, tr("Where to write"), QDir::home().filePath(name));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);    // of folders too: the mode for folders takes no name that is new
    connect(dialog, &QFileDialog::fileSelected, this, &ExchangeCommands::exportTo);
    dialog->open();
}

void ExchangeCommands::exportTo(const QString& path)
{
    struct Written { std::filesystem::path place; std::int64_t photos = 0; };
    m_stop = std::stop_source();
    m_sheet->hide();
    m_window.status().setJob(tr("Writing the export"), 0, 0, false);
    startJob<std::shared_ptr<Written>>(this, [wanted = wanted(), file = toPath(path), stop = m_stop.get_token()] {
            if (wanted.choice.format != ExportChoice::Folders)
                exchange::keepOffPhotos(*wanted.library, file);
            const exchange::ExportRows rows = wanted.rows();
            auto written = std::make_shared<Written>(Written{file, rows.counts.written});
            switch (wanted.choice.format) {
            case ExportChoice::Csv: exchange::exportCsv(rows.rows, file); break;
            case ExportChoice::Coco: exchange::exportCoco(rows.rows, file, sizeOf, {}, stop); break;
            case ExportChoice::Folders: written->place = exchange::exportFolders(rows.rows, file, static_cast<exchange::Link>(wanted.choice.link), {}, stop).folder; break;
            }
            return written;
        },
        [this](const JobResult<std::shared_ptr<Written>>& result) {
            m_window.status().setJob({}, 0, 0, false);
            if (const Error* error = std::get_if<Error>(&result)) {
                if (error->code() != ErrorCode::cancelled)
                    m_window.messages().post({QStringLiteral("export"), Severity::Error, text::errorText(*error), {{tr("Export…"), [this] { showExport(); }}}});
                return;
            }
            exported(fromPath(std::get<0>(result)->place), std::get<0>(result)->photos);
        });
}

void ExchangeCommands::exported(const QString& path, qint64 written)
{
    const QString folder = QFileInfo(path).isDir() ? path : QFileInfo(path).path();
    m_window.messages().post({QStringLiteral("export"), Severity::Info, tr("Wrote %Ln photo(s) to %1.", nullptr, static_cast<int>(written)).arg(QDir::toNativeSeparators(path)),
        {{tr("Show folder"), [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); }, true}}, 15'000});
}

void ExchangeCommands::refuse(const Error& error)
{
    m_window.messages().post({QStringLiteral("import"), Severity::Error, text::errorText(error), {}});
}

void ExchangeCommands::importFile(const QString& file)
{
    if (!m_window.workspace().isOpen() || !m_window.workspace().curation().library())
        return;
    startJob<exchange::ImportKind>(this, [path = toPath(file)] { return exchange::importKindOf(path); }, [this, file](const JobResult<exchange::ImportKind>& result) {
        if (const Error* error = std::get_if<Error>(&result))
            return refuse(*error);
        switch (std::get<exchange::ImportKind>(result)) {
        case exchange::ImportKind::labels: return importLabels(file);
        case exchange::ImportKind::boxes: return importBoxes(file);
        case exchange::ImportKind::classes: return importClasses(file);
        }
    });
}

// Boxes change which photos there are, so they are asked about first; they are no command: the boxes of a file are a fact, not a decision.
void ExchangeCommands::importBoxes(const QString& file)
{
    using Read = std::shared_ptr<const std::vector<project::BoxRow>>;
    startJob<Read>(this, [path = toPath(file)] { return std::make_shared<const std::vector<project::BoxRow>>(exchange::readBoxes(path)); }, [this](const JobResult<Read>& result) {
        if (const Error* error = std::get_if<Error>(&result))
            return refuse(*error);
        const Read boxes = std::get<Read>(result);
        m_window.messages().post({QStringLiteral("import"), Severity::Info,
            tr("The file has %Ln box(es). Each becomes a photo of its own, in place of the whole file.", nullptr, static_cast<int>(boxes->size())),
            {{tr("Import the boxes"), [this, boxes] { addBoxes(boxes, false); }}}});
    });
}

void ExchangeCommands::addBoxes(const std::shared_ptr<const std::vector<project::BoxRow>>& boxes, bool skipBad)
{
    Curation& curation = m_window.workspace().curation();
    if (!curation.canWrite())
        return refuse(curation.whyNot().value_or(Error(ErrorCode::libraryReadOnly, {})));
    startJob<qint64>(this, [boxes, skipBad, library = std::make_shared<project::Library>(curation.library()->another())] { return library->addBoxes(*boxes, skipBad); },
        [this, boxes, skipBad](const JobResult<qint64>& result) {
            if (const Error* error = std::get_if<Error>(&result)) {
                Message message{QStringLiteral("import"), Severity::Error, text::errorText(*error), {}};
                if (!skipBad)
                    message.actions.push_back({tr("Import the rest"), [this, boxes] { addBoxes(boxes, true); }});
                return m_window.messages().post(message);
            }
            m_window.messages().post({QStringLiteral("import"), Severity::Info, tr("%Ln new photo(s) from boxes.", nullptr, static_cast<int>(std::get<qint64>(result))), {}, 8000});
            m_window.workspace().rescan();    // reads the list anew
        });
}

void ExchangeCommands::importClasses(const QString& file)
{
    using Names = std::shared_ptr<const std::vector<std::string>>;
    startJob<Names>(this, [path = toPath(file)] { return std::make_shared<const std::vector<std::string>>(exchange::readClassList(path)); }, [this](const JobResult<Names>& result) {
        if (const Error* error = std::get_if<Error>(&result))
            return refuse(*error);
        const Names names = std::get<Names>(result);
        QStringList first;
        for (std::size_t i = 0; i < std::min(namesShown, names->size()); ++i)
            first += QString::fromStdString((*names)[i]);
        if (names->size() > namesShown)
            first += QStringLiteral("…");
        m_window.messages().post({QStringLiteral("import"), Severity::Info,
            tr("The file is a list of %Ln name(s): %1. Each becomes an empty cluster.", nullptr, static_cast<int>(names->size())).arg(first.join(QStringLiteral(", "))),
            {{tr("Make the clusters"), [this, names] {
                m_window.workspace().curation().carryOut([&](const curation::State& state) { return curation::importClasses(state, *names); });
            }}}});
    });
}

// What fits is imported after a look at what does not; one command, one undo.
void ExchangeCommands::importLabels(const QString& file)
{
    Curation& curation = m_window.workspace().curation();
    if (!m_window.workspace().isOpen() || !curation.library())
        return;
    using Read = std::shared_ptr<exchange::LabelFile>;
    startJob<Read>(this, [library = std::make_shared<project::Library>(curation.library()->another()), path = toPath(file)] {
            return std::make_shared<exchange::LabelFile>(exchange::readLabels(path, *library));
        },
        [this](const JobResult<Read>& result) {
            if (const Error* error = std::get_if<Error>(&result))
                return m_window.messages().post({QStringLiteral("import"), Severity::Error, text::errorText(*error), {}});
            const Read read = std::get<Read>(result);
            const auto take = [this, read] {
                m_window.workspace().curation().carryOut([&](const curation::State& state) { return curation::importLabels(state, read->labels, curation::OnConflict::keepMine); });
            };
            std::vector<exchange::ProblemLine> lines = read->unmatched;
            lines.insert(lines.end(), read->ambiguous.begin(), read->ambiguous.end());
            if (lines.empty())
                return take();
            const QLocale locale;
            const auto count = [&](std::size_t number) { return locale.toString(static_cast<qlonglong>(number)); };
            m_window.messages().post({QStringLiteral("import"), Severity::Warning, tr("%1 of %2 rows match a photo. The first that does not is line %3: %4").arg(count(read->labels.size()),
                count(read->labels.size() + lines.size())).arg(lines.front().line).arg(QString::fromStdString(lines.front().text)), {{tr("Import the rest"), take}}});
        });
}

} // namespace plumage::ui
