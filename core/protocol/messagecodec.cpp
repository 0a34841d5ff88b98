// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/messagecodec.h"

#include <QtCore/QCborArray>
#include <QtCore/QCborValue>

#include <array>
#include <limits>
#include <type_traits>

namespace plumage::protocol {
namespace {

constexpr std::array stateNames{"idle", "preparing", "training", "paused", "stopping", "finished", "failed"};

QCborValue encode(bool value) { return value; }
QCborValue encode(int value) { return value; }
QCborValue encode(qint64 value) { return value; }
QCborValue encode(double value) { return value; }
QCborValue encode(const QString& value) { return value; }
QCborValue encode(const QCborMap& value) { return value; }
QCborValue encode(WorkerState value) { return stateName(value); }
QCborValue encode(ErrorCode value)
{
    const std::string_view name = errorName(value);
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}
QCborValue encode(const QList<qint64>& values)
{
    QCborArray array;
    for (const qint64 value : values)
        array.append(value);
    return array;
}
template<class T>
QCborValue encode(const QMap<QString, T>& values)
{
    QCborMap map;
    for (auto it = values.begin(); it != values.end(); ++it)
        map.insert(it.key(), it.value());
    return map;
}

// Each returns whether `from` was of the right kind and in range.
bool decode(const QCborValue& from, bool& to)
{
    to = from.toBool();
    return from.isBool();
}
bool decode(const QCborValue& from, qint64& to)
{
    to = from.toInteger();
    return from.isInteger();
}
bool decode(const QCborValue& from, int& to)
{
    const qint64 value = from.toInteger();
    to = static_cast<int>(value);
    return from.isInteger() && value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max();
}
bool decode(const QCborValue& from, double& to)
{
    to = from.toDouble();
    return from.isDouble() || from.isInteger();
}
bool decode(const QCborValue& from, QString& to)
{
    to = from.toString();
    return from.isString();
}
bool decode(const QCborValue& from, QCborMap& to)
{
    to = from.toMap();
    return from.isMap();
}
bool decode(const QCborValue& from, WorkerState& to)
{
    const QString name = from.toString();
    for (std::size_t i = 0; i < stateNames.size(); ++i)
        if (name == QLatin1String(stateNames[i])) {
            to = static_cast<WorkerState>(i);
            return true;
        }
    return false;
}
bool decode(const QCborValue& from, ErrorCode& to)
{
    to = errorFromName(from.toString().toStdString()).value_or(ErrorCode::internal);
    return from.isString();
}
bool decode(const QCborValue& from, QList<qint64>& to)
{
    for (const QCborValue& value : from.toArray()) {
        if (!value.isInteger())
            return false;
        to.append(value.toInteger());
    }
    return from.isArray();
}
template<class T>
bool decode(const QCborValue& from, QMap<QString, T>& to)
{
    const QCborMap map = from.toMap();
    for (const auto& [key, value] : map) {
        T item{};
        if (!key.isString() || !decode(QCborValue(value), item))
            return false;
        to.insert(key.toString(), item);
    }
    return from.isMap();
}

// What travels in the frame's blob.
template<class M>
auto* blobOf(M& message)
{
    if constexpr (requires { message.png; })
        return &message.png;
    else if constexpr (requires { message.bytes; })
        return &message.bytes;
    else
        return static_cast<QByteArray*>(nullptr);
}

template<class M>
Frame messageFrame(const M& message)
{
    Frame frame{toCbor(message), {}};
    frame.header.insert(QStringLiteral("type"), QLatin1String(M::type));
    if (const QByteArray* blob = blobOf(message))
        frame.blob = *blob;
    return frame;
}

template<class... Ms>
Frame variantFrame(const std::variant<Ms...>& message)
{
    return std::visit([](const auto& m) { return messageFrame(m); }, message);
}

template<class M>
M readMessage(const Frame& frame)
{
    M message = fromCbor<M>(frame.header);
    if (QByteArray* blob = blobOf(message))
        *blob = frame.blob;
    return message;
}

QString typeOf(const Frame& frame)
{
    return frame.header.value(QLatin1String("type")).toString();
}

// Reads the alternative whose type the frame names into `to`; false if none has that name.
template<class... Ms>
bool readVariant(const Frame& frame, std::variant<Ms...>& to)
{
    const QString type = typeOf(frame);
    const auto tryOne = [&]<class M>(std::type_identity<M>) {
        if (type != QLatin1String(M::type))
            return false;
        to = readMessage<M>(frame);
        return true;
    };
    return (tryOne(std::type_identity<Ms>{}) || ...);
}

[[noreturn]] void throwUnknown(const Frame& frame)
{
    throw Error(ErrorCode::messageUnknown, typeOf(frame).left(80).toStdString());
}

} // namespace

QString stateName(WorkerState state)
{
    return QLatin1String(stateNames[static_cast<std::size_t>(state)]);
}

template<class M>
QCborMap toCbor(const M& message)
{
    QCborMap map;
    M::forEachField(message, [&](const char* name, const auto& value) { map.insert(QLatin1String(name), encode(value)); });
    return map;
}

template<class M>
M fromCbor(const QCborMap& map)
{
    M message;
    M::forEachField(message, [&](const char* name, auto& value) {
        const QCborValue found = map.value(QLatin1String(name));
        if (found.isUndefined())
            return;
        std::decay_t<decltype(value)> read{};
        if (!decode(found, read))
            throw Error(ErrorCode::messageInvalid, std::string(M::type) + "." + name);
        value = std::move(read);
    });
    return message;
}

template QCborMap toCbor(const WorkerInfo&);
template QCborMap toCbor(const RunOptions&);
template WorkerInfo fromCbor(const QCborMap&);
template RunOptions fromCbor(const QCborMap&);

Frame toFrame(const Hello& hello)
{
    return messageFrame(hello);
}

Frame toFrame(const Request& request, qint64 id)
{
    Frame frame = variantFrame(request);
    frame.header.insert(QStringLiteral("id"), id);
    return frame;
}

Frame toFrame(const Done& done, qint64 id)
{
    Frame frame = messageFrame(done);
    frame.header.insert(QStringLiteral("id"), id);
    return frame;
}

Frame toFrame(const Failure& failure, std::optional<qint64> id)
{
    Frame frame = messageFrame(failure);
    if (id)
        frame.header.insert(QStringLiteral("id"), *id);
    return frame;
}

Frame toFrame(const Event& event)
{
    return variantFrame(event);
}

std::optional<qint64> frameId(const Frame& frame)
{
    const QCborValue id = frame.header.value(QLatin1String("id"));
    return id.isInteger() ? std::optional(id.toInteger()) : std::nullopt;
}

FromPeer parsePeerFrame(const Frame& frame)
{
    if (typeOf(frame) == QLatin1String(Hello::type))
        return readMessage<Hello>(frame);
    Request request;
    if (!readVariant(frame, request))
        throwUnknown(frame);
    return request;
}

FromWorker parseWorkerFrame(const Frame& frame)
{
    const QString type = typeOf(frame);
    if (type == QLatin1String(Hello::type))
        return readMessage<Hello>(frame);
    if (type == QLatin1String(Done::type))
        return readMessage<Done>(frame);
    if (type == QLatin1String(Failure::type))
        return readMessage<Failure>(frame);
    Event event;
    if (!readVariant(frame, event))
        throwUnknown(frame);
    return event;
}

} // namespace plumage::protocol
