// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/embedding/halves.h"
#include "core/embedding/similarity.h"
#include "ui/snapshotview.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace plumage::ui {

// What looks alike: by the network's embedding of the newest snapshot that has one, before that by a descriptor of the thumbnails. Everything is a job; a newer
// wish drops the older one's answer. GUI thread only.
class LookAlikes final : public QObject
{
    Q_OBJECT
public:
    using Rows = std::vector<std::uint32_t>;    // of the photo table
    using Answer = std::function<void(const Rows&)>;

    explicit LookAlikes(QObject* parent = nullptr);
    ~LookAlikes() override;
    void setSnapshot(SnapshotPointer snapshot, std::optional<std::filesystem::path> embedding, const QString& thumbnailStore);

    void orderAlike(Rows rows, Answer answer);                       // a path on which neighbours look alike
    void orderLike(const Rows& seeds, Rows rows, Answer answer);     // by falling likeness to the seeds' mean; the seeds themselves first
    void orderByMean(const Rows& examples, Rows rows, Answer answer);    // the same without pinning the examples first
    // Mean direction of each group of rows, [groups][E]; empty where a group has no vector.
    void means(std::vector<Rows> groups, std::function<void(const std::vector<std::vector<float>>&)> answer);
    // The rows parted in two by likeness; `second` are rows of the photo table. Rows without a vector stay in the first half.
    void halves(Rows rows, std::function<void(const embedding::Halves&)> answer);
    // The rows parted in two from examples of one half, which is `second`. Answers nothing if no example has a vector.
    void halfOfExamples(Rows examples, Rows rows, std::function<void(const embedding::Halves&)> answer);
    // Work on all of the embedding, in a job of its own; false: there is none yet.
    bool withEmbedding(std::function<Rows(const embedding::HalfRows&)> work, Answer answer);
    bool isBusy() const { return m_busy; }

Q_SIGNALS:
    void busyChanged(bool busy);
    void failed(const plumage::Error& error);

private:
    struct Source;
    void orderBy(const Rows& seeds, Rows rows, bool pin, Answer answer);
    template<class Result> void start(std::function<Result(const Source&, std::stop_token)> work, std::function<void(const Result&)> answer);

    std::shared_ptr<const Source> m_source;
    std::stop_source m_stop;
    quint64 m_generation = 0;
    bool m_busy = false;
};

} // namespace plumage::ui
