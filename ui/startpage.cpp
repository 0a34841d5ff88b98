// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/startpage.h"

#include "ui/device.h"
#include "ui/job.h"
#include "ui/recentprojects.h"
#include "ui/theme.h"

#include <QtCore/QDir>
#include <QtGui/QIcon>
#include <QtGui/QImageReader>
#include <QtGui/QPainter>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>

#include <memory>

// The pictures of a static library have to be asked for; Qt wants that outside of namespaces.
static void loadIcons()
{
    Q_INIT_RESOURCE(plumage);
}

namespace plumage::ui {
namespace {

// A flat button: picture above two lines of text.
class Card final : public QAbstractButton
{
public:
    Card(const QString& title, const QString& subtitle, QSize size, QWidget* parent) : QAbstractButton(parent), m_subtitle(subtitle)
    {
        setText(title);
        setAccessibleName(title);
        setAccessibleDescription(subtitle);
        setFixedSize(size);
        setCursor(Qt::PointingHandCursor);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
    }
    void setCover(const QImage& cover)
    {
        m_cover = cover;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        const Inks ink = inks(palette());
        const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
        painter.setPen(QPen(hasFocus() || underMouse() ? ink.accent : ink.line, hasFocus() ? 2 : 1));
        painter.setBrush(isDown() ? ink.accentFill : ink.panel);
        painter.drawRoundedRect(box, 8, 8);
        const int line = fontMetrics().height();
        const QRect picture(12, 12, width() - 24, height() - 2 * line - 30);
        if (!m_cover.isNull())
            painter.drawImage(QRect(QPoint(picture.center().x() - picture.height() / 2, picture.top()), QSize(picture.height(), picture.height())), m_cover);
        else
            icon().paint(&painter, picture);
        QFont bold = font();
        bold.setBold(true);
        painter.setFont(bold);
        painter.setPen(palette().color(QPalette::Text));
        const QRect title(8, picture.bottom() + 6, width() - 16, line + 2);
        painter.drawText(title, Qt::AlignCenter, QFontMetrics(bold).elidedText(text(), Qt::ElideRight, title.width()));
        painter.setFont(font());
        painter.setPen(ink.quiet);
        painter.drawText(title.translated(0, line + 3), Qt::AlignCenter, fontMetrics().elidedText(m_subtitle, Qt::ElideRight, title.width()));
    }

private:
    QString m_subtitle;
    QImage m_cover;
};

constexpr int columns = 4;

} // namespace

StartPage::StartPage(QWidget* parent) : QWidget(parent), m_recent(new QWidget), m_cards(new QGridLayout(m_recent)), m_recentTitle(new QLabel(tr("Recent projects")))
{
    loadIcons();
    const QSize big(250, 160);
    auto* folder = new Card(tr("Open a folder of photos…"), tr("Sorted into kinds, files untouched"), big, this);
    folder->setIcon(QIcon(QStringLiteral(":/icons/folder.svg")));
    auto* project = new Card(tr("Open a project…"), tr("Go on where you stopped"), big, this);
    project->setIcon(QIcon(QStringLiteral(":/icons/project.svg")));
    auto* demo = new Card(tr("Try the demo photos"), tr("Drawn birds, clusters in a minute"), big, this);
    demo->setIcon(QIcon(QStringLiteral(":/icons/bird.svg")));
    connect(folder, &Card::clicked, this, &StartPage::openFolderWanted);
    connect(project, &Card::clicked, this, &StartPage::openProjectWanted);
    connect(demo, &Card::clicked, this, &StartPage::demoWanted);

    auto* title = new QLabel(QStringLiteral("Plumage"));    // not shown: the program's name stays as it is
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 2.2);
    large.setBold(true);
    title->setFont(large);
    auto* subtitle = new QLabel(tr("Sorts photos of one kind of thing into kinds, with you in the loop."));
    auto* device = new QLabel(deviceSentence(foundCudaDevice()));
    for (QLabel* label : {subtitle, device})
        label->setForegroundRole(QPalette::PlaceholderText);
    QFont bold = m_recentTitle->font();
    bold.setBold(true);
    m_recentTitle->setFont(bold);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(18);
    for (Card* card : {folder, project, demo})
        buttons->addWidget(card);
    buttons->addStretch(1);
    m_cards->setContentsMargins(0, 0, 0, 0);
    m_cards->setSpacing(14);
    auto* column = new QVBoxLayout;
    column->setSpacing(10);
    column->addStretch(2);
    column->addWidget(title);
    column->addWidget(subtitle);
    column->addSpacing(16);
    column->addLayout(buttons);
    column->addSpacing(8);
    column->addWidget(device);
    column->addSpacing(16);
    column->addWidget(m_recentTitle);
    column->addWidget(m_recent);
    column->addStretch(3);
    auto* layout = new QHBoxLayout(this);
    layout->addStretch(1);
    layout->addLayout(column);
    layout->addStretch(1);
    setTabOrder(folder, project);
    setTabOrder(project, demo);
    refresh();
}

void StartPage::refresh()
{
    while (QLayoutItem* item = m_cards->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        std::unique_ptr<QLayoutItem> gone(item);
    }
    int index = 0;
    for (const RecentProject& recent : recentProjects()) {
        auto* card = new Card(recent.name, tr("%Ln photo(s)", nullptr, static_cast<int>(recent.photos)), QSize(168, 150), m_recent);
        card->setIcon(QIcon(QStringLiteral(":/icons/project.svg")));
        card->setToolTip(recent.path);
        connect(card, &Card::clicked, this, [this, path = recent.path] { Q_EMIT projectWanted(path); });
        m_cards->addWidget(card, index / columns, index % columns, Qt::AlignLeft);
        loadCover(card, recent.path);
        ++index;
    }
    m_cards->setColumnStretch(columns, 1);
    m_recentTitle->setVisible(index > 0);
}

void StartPage::loadCover(QWidget* card, const QString& path)
{
    startJob<QImage>(card, [path] { return QImageReader(QDir(path).filePath(QStringLiteral("cache/cover.png"))).read(); },
        [card](const JobResult<QImage>& result) {
            if (const QImage* image = std::get_if<QImage>(&result); image && !image->isNull())
                static_cast<Card*>(card)->setCover(*image);
        });
}

} // namespace plumage::ui
