// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/messagecodec.h"

#include "core/base/random.h"

#include <QtCore/QCborArray>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

#include <limits>
#include <set>

using namespace plumage;
using namespace plumage::protocol;

namespace {

// Gives every field of a message a value that is not its default.
struct Fill {
    void operator()(const char*, bool& v) const { v = true; }
    void operator()(const char*, int& v) const { v = 4711; }
    void operator()(const char*, qint64& v) const { v = std::numeric_limits<qint64>::min(); }
    void operator()(const char*, double& v) const { v = 0.1; }
    void operator()(const char* name, QString& v) const { v = QLatin1String(name) + QStringLiteral(" ä\n\u0416"); }
    void operator()(const char*, QCborMap& v) const { v = {{QStringLiteral("run"), 3}}; }
    void operator()(const char*, WorkerState& v) const { v = WorkerState::failed; }
    void operator()(const char*, ErrorCode& v) const { v = ErrorCode::diskFull; }
    void operator()(const char*, QList<qint64>& v) const { v = {5, -1}; }
    void operator()(const char*, QMap<QString, double>& v) const { v = {{QStringLiteral("a.b"), -2.5}, {QStringLiteral("c"), 1}}; }
    void operator()(const char*, QMap<QString, QString>& v) const { v = {{QStringLiteral("a"), QStringLiteral("b")}}; }
};

template<class M>
M filled()
{
    M message;
    M::forEachField(message, Fill{});
    if constexpr (std::is_same_v<M, PreviewEvent>)
        message.png = "png";
    if constexpr (std::is_same_v<M, ConstraintsRequest>)
        message.bytes = "bytes";
    return message;
}

// Visits one filled message of each alternative.
template<class... Ms, class Visit>
void forEachAlternative(std::type_identity<std::variant<Ms...>>, Visit visit)
{
    (visit(filled<Ms>()), ...);
}

Frame frameOf(const char* json)
{
    return {QCborMap::fromJsonObject(QJsonDocument::fromJson(json).object()), {}};
}

template<class Parse>
std::pair<ErrorCode, std::string> errorOf(Parse parse)
{
    try {
        parse();
    } catch (const Error& error) {
        return {error.code(), error.detail()};
    }
    return {ErrorCode::none, {}};
}

QCborValue randomValue(Random& random, int depth)
{
    switch (random.below(depth > 0 ? 8 : 6)) {
    case 0: return static_cast<qint64>(random.next());
    case 1: return random.normal() * 1e300;
    case 2: return QString(static_cast<qsizetype>(random.below(5)), QChar(static_cast<char16_t>(random.below(0xd000))));
    case 3: return random.below(2) == 0;
    case 4: return QCborValue(nullptr);
    case 5: return QByteArray(3, 'x');
    case 6: return QCborArray{randomValue(random, depth - 1)};
    default: return QCborMap{{randomValue(random, 0), randomValue(random, depth - 1)}};
    }
}

} // namespace

class TestMessages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyMessageComesBackUnchanged();
    void everyStateAndErrorHasAName();
    void unknownFieldsAreIgnoredAndAbsentOnesKeepTheirDefault();
    void unknownMessagesAreErrors();
    void requestsAreNoEvents();
    void wrongFieldsAreNamed_data();
    void wrongFieldsAreNamed();
    void anUnknownErrorNameReadsAsInternal();
    void randomFieldsNeverDoMoreThanThrow();
    void everyMessageIsDocumented();
};

void TestMessages::everyMessageComesBackUnchanged()
{
    forEachAlternative(std::type_identity<Request>{}, [](const auto& message) {
        const Frame frame = toFrame(Request(message), 17);
        const FromPeer back = parsePeerFrame(frame);
        QCOMPARE(frameId(frame), std::optional<qint64>(17));
        QCOMPARE(toFrame(std::get<Request>(back), 17).header, frame.header);
        QCOMPARE(toFrame(std::get<Request>(back), 17).blob, frame.blob);
        QVERIFY(std::holds_alternative<std::decay_t<decltype(message)>>(std::get<Request>(back)));
    });
    forEachAlternative(std::type_identity<Event>{}, [](const auto& message) {
        const Frame frame = toFrame(Event(message));
        const Frame again = toFrame(std::get<Event>(parseWorkerFrame(frame)));
        QVERIFY(!frameId(frame));
        QCOMPARE(again.header, frame.header);
        QCOMPARE(again.blob, frame.blob);
    });
    const Hello hello = filled<Hello>();
    QCOMPARE(toFrame(std::get<Hello>(parsePeerFrame(toFrame(hello)))).header, toFrame(hello).header);
    QCOMPARE(toFrame(std::get<Hello>(parseWorkerFrame(toFrame(hello)))).header, toFrame(hello).header);
    QCOMPARE(toFrame(std::get<Done>(parseWorkerFrame(toFrame(filled<Done>(), 1))), 1).header, toFrame(filled<Done>(), 1).header);
    QCOMPARE(toFrame(std::get<Failure>(parseWorkerFrame(toFrame(filled<Failure>(), {}))), {}).header, toFrame(filled<Failure>(), {}).header);
    QCOMPARE(toCbor(fromCbor<WorkerInfo>(toCbor(filled<WorkerInfo>()))), toCbor(filled<WorkerInfo>()));
    QCOMPARE(toCbor(fromCbor<RunOptions>(toCbor(filled<RunOptions>()))), toCbor(filled<RunOptions>()));
    QCOMPARE(fromCbor<RunOptions>(toCbor(filled<RunOptions>())).values, filled<RunOptions>().values);
}

void TestMessages::everyStateAndErrorHasAName()
{
    std::set<QString> names;
    for (int i = 0; i <= static_cast<int>(WorkerState::failed); ++i) {
        const StateEvent sent{.state = static_cast<WorkerState>(i)};
        const FromWorker back = parseWorkerFrame(toFrame(Event(sent)));
        QCOMPARE(std::get<StateEvent>(std::get<Event>(back)).state, sent.state);
        names.insert(stateName(sent.state));
    }
    QCOMPARE(names.size(), 7u);
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
        const Failure sent{static_cast<ErrorCode>(i), {}};
        QCOMPARE(std::get<Failure>(parseWorkerFrame(toFrame(sent, 1))).code, sent.code);
    }
}

void TestMessages::unknownFieldsAreIgnoredAndAbsentOnesKeepTheirDefault()
{
    const FromPeer message = parsePeerFrame(frameOf(R"({"type": "demo_photos", "out": "/x", "seed": 3, "weather": {"rain": [1]}})"));
    const auto& request = std::get<DemoPhotosRequest>(std::get<Request>(message));
    QCOMPARE(request.out, QStringLiteral("/x"));
    QCOMPARE(request.seed, 3);
    QCOMPARE(request.species, 10);
}

void TestMessages::unknownMessagesAreErrors()
{
    const std::pair unknown(ErrorCode::messageUnknown, std::string("dance"));
    QVERIFY(errorOf([] { parsePeerFrame(frameOf(R"({"type": "dance"})")); }) == unknown);
    QVERIFY(errorOf([] { parseWorkerFrame(frameOf(R"({"type": "dance"})")); }) == unknown);
    QCOMPARE(errorOf([] { parsePeerFrame(frameOf(R"({"type": 7})")); }).first, ErrorCode::messageUnknown);
    QCOMPARE(errorOf([] { parsePeerFrame({}); }).first, ErrorCode::messageUnknown);
}

void TestMessages::requestsAreNoEvents()
{
    QCOMPARE(errorOf([] { parsePeerFrame(toFrame(Event(MetricsEvent{}))); }).first, ErrorCode::messageUnknown);
    QCOMPARE(errorOf([] { parseWorkerFrame(toFrame(Request(PauseRequest{}), 1)); }).first, ErrorCode::messageUnknown);
}

void TestMessages::wrongFieldsAreNamed_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("text for a number") << QByteArray(R"({"type": "start", "run": "1"})") << QByteArray("start.run");
    QTest::newRow("fraction for a number") << QByteArray(R"({"type": "start", "run": 1.5})") << QByteArray("start.run");
    QTest::newRow("beyond 32 bits") << QByteArray(R"({"type": "start", "run": 3000000000})") << QByteArray("start.run");
    QTest::newRow("number for a truth value") << QByteArray(R"({"type": "start", "resume": 1})") << QByteArray("start.resume");
    QTest::newRow("null for a text") << QByteArray(R"({"type": "open", "project": null})") << QByteArray("open.project");
    QTest::newRow("list for a text") << QByteArray(R"({"type": "demo_photos", "out": ["/x"]})") << QByteArray("demo_photos.out");
}

void TestMessages::wrongFieldsAreNamed()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, field);
    const auto problem = errorOf([&] { parsePeerFrame(frameOf(json)); });
    QCOMPARE(problem.first, ErrorCode::messageInvalid);
    QCOMPARE(QByteArray::fromStdString(problem.second), field);
}

void TestMessages::anUnknownErrorNameReadsAsInternal()
{
    const FromWorker message = parseWorkerFrame(frameOf(R"({"type": "error", "id": 1, "code": "fromTheFuture", "detail": "x"})"));
    QCOMPARE(std::get<Failure>(message).code, ErrorCode::internal);
    QCOMPARE(std::get<Failure>(message).detail, QStringLiteral("x"));
}

void TestMessages::randomFieldsNeverDoMoreThanThrow()
{
    std::vector<QCborMap> headers;
    forEachAlternative(std::type_identity<Request>{}, [&](const auto& message) { headers.push_back(toFrame(Request(message), 1).header); });
    forEachAlternative(std::type_identity<Event>{}, [&](const auto& message) { headers.push_back(toFrame(Event(message)).header); });
    int refused = 0;
    for (std::uint64_t seed = 1; seed <= 5000; ++seed) {
        Random random(seed);
        Frame frame{headers[random.below(headers.size())], {}};
        const QList<QCborValue> keys = frame.header.keys().toVector();
        const QCborValue key = keys[static_cast<qsizetype>(random.below(static_cast<std::uint64_t>(keys.size())))];
        frame.header.insert(key, randomValue(random, 3));
        for (const auto& problem : {errorOf([&] { parsePeerFrame(frame); }), errorOf([&] { parseWorkerFrame(frame); })}) {
            refused += problem.first == ErrorCode::messageInvalid;
            QVERIFY2(problem.first == ErrorCode::none || problem.first == ErrorCode::messageInvalid || problem.first == ErrorCode::messageUnknown,
                qPrintable(QStringLiteral("seed %1").arg(seed)));
        }
    }
    QVERIFY(refused > 1000);
}

// Every ```json block of PROTOCOL.md parses on its side of the wire, and every message has one.
void TestMessages::everyMessageIsDocumented()
{
    QFile file(QStringLiteral(PLUMAGE_SOURCE_DIR "/core/protocol/PROTOCOL.md"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(file.readAll());
    std::set<QString> fromPeer, fromWorker;
    bool peerSide = true;
    qsizetype fence = 0;
    for (const QString& line : text.split(u'\n')) {
        if (line.startsWith(QLatin1String("## ")))
            peerSide = line.contains(QLatin1String("Hello")) || line.contains(QLatin1String("Requests"));
        if (line == QLatin1String("```json") || !line.startsWith(u'{'))
            continue;
        ++fence;
        const Frame frame = frameOf(line.toUtf8().constData());
        const QString type = frame.header.value(QLatin1String("type")).toString();
        try {
            QCborMap back;
            if (peerSide) {
                const FromPeer message = parsePeerFrame(frame);
                back = std::holds_alternative<Hello>(message) ? toFrame(std::get<Hello>(message)).header : toFrame(std::get<Request>(message), 0).header;
                fromPeer.insert(type);
            } else {
                const FromWorker message = parseWorkerFrame(frame);
                back = std::holds_alternative<Event>(message) ? toFrame(std::get<Event>(message)).header
                    : std::holds_alternative<Done>(message)   ? toFrame(std::get<Done>(message), 0).header
                                                              : toFrame(std::get<Failure>(message), 0).header;
                fromWorker.insert(type);
            }
            for (const QCborValue& key : back.keys())    // the example shows every field
                QVERIFY2(frame.header.contains(key), qPrintable(type + u'.' + key.toString()));
        } catch (const Error& error) {
            QFAIL(qPrintable(line + QString::fromLatin1(error.what())));
        }
    }
    std::set<QString> requests{QStringLiteral("hello")}, news{QStringLiteral("done"), QStringLiteral("error")};
    forEachAlternative(std::type_identity<Request>{}, [&](const auto& message) { requests.insert(QLatin1String(message.type)); });
    forEachAlternative(std::type_identity<Event>{}, [&](const auto& message) { news.insert(QLatin1String(message.type)); });
    QVERIFY(fromPeer == requests);
    QVERIFY(fromWorker == news);
    QCOMPARE(text.count(QLatin1String("```json")), fence);
    QVERIFY(text.contains(QStringLiteral("Protocol number %1.").arg(protocolNumber)));
}

QTEST_APPLESS_MAIN(TestMessages)
#include "tst_messages.moc"
