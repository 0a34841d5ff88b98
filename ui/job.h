// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QtCore/QFutureWatcher>
#include <QtCore/QObject>
#include <QtCore/QPromise>
#include <QtCore/QThreadPool>

#include <exception>
#include <memory>
#include <new>
#include <variant>

namespace plumage::ui {

template<class T>
using JobResult = std::variant<T, Error>;    // T must be copyable: shared_ptr<const …> for what is big

// The one place where work leaves the GUI thread: work() runs in Qt's thread pool, done(JobResult) in the GUI thread, unless `context` died before.
// Every exception of work() arrives as an Error. Who starts a newer job of the same kind drops the older one's result by a generation of its own.
template<class T, class Work, class Done>
void startJob(QObject* context, Work work, Done done)
{
    auto* watcher = new QFutureWatcher<JobResult<T>>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, done] {
        watcher->deleteLater();
        done(watcher->result());
    });
    auto promise = std::make_shared<QPromise<JobResult<T>>>();
    watcher->setFuture(promise->future());
    promise->start();
    QThreadPool::globalInstance()->start([promise, work]() mutable {
        try {
            promise->addResult(JobResult<T>(work()));
        } catch (const Error& error) {
            promise->addResult(JobResult<T>(error));
        } catch (const std::bad_alloc&) {
            promise->addResult(JobResult<T>(Error(ErrorCode::outOfMemory, {})));
        } catch (const std::exception& error) {
            promise->addResult(JobResult<T>(Error(ErrorCode::internal, error.what())));
        }
        promise->finish();
    });
}

} // namespace plumage::ui
