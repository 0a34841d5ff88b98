// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/augment.h"
#include "core/train/device.h"
#include "core/train/networks.h"
#include "core/train/photoorder.h"
#include "tests/torch/trainfixture.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <QTemporaryDir>
#include <QTest>

#include <numbers>
#include <set>

using namespace plumage;
using namespace plumage::train;

namespace {

constexpr double pi = std::numbers::pi;

at::Generator dice(std::uint64_t seed = 5)
{
    return makeGenerator(seed, Stream::views, at::kCPU);
}

double largestDifference(const at::Tensor& a, const at::Tensor& b)
{
    return (a - b).abs().max().item<double>();
}

// Photos as the store would give them, from full-size pictures [N,3,Q,Q]
PhotoStore::Rows rowsOf(const at::Tensor& images, double aspect = 1)
{
    return {images, at::avg_pool2d(images, 2), at::full({images.size(0)}, aspect)};
}

at::Tensor noisePictures(std::int64_t count, std::int64_t side)
{
    return at::rand({count, 3, side, side}, dice(9)) * 255;
}

} // namespace

class TestTrainViews final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWholeSquarePhotoIsSeenAsItIs();
    void aPhotoOfTwiceTheSizeIsItsHalfLevel();
    void levelsAreBlendedByTheLogarithmOfTheScale();
    void aMirroredCropIsTheMirroredView();
    void turnsKeepTheirShapeInLongPhotos();
    void realCropsAreSquaresInsideThePhoto();
    void augmentedCropsFitAndKeepTheirArea();
    void viewsStayInRange();
    void noColourChangeIsTheIdentity();
    void hueTurnsKeepGreyAndLuma();
    void grayMakesChannelsEqual();
    void brightnessScalesAndContrastKeepsTheMean();
    void answersChangeTheStrengths();
    void leftAndRightAnswerStopsMirroring();
    void perturbationsStayInTheirRanges();
    void equalSeedsGiveEqualViews();
    void permutationsCoverEveryUsablePhotoOnce();
    void unreadablePhotosAreLeftOutWhenTheirTurnComes();
    void theFirstEpochIsKnownBefore();
    void fewPhotosAreDrawnWithReplacement();
    void codesOfABatchDifferByAtMostOne();
    void theStoreLeavesOutUnreadablePhotos();
};

void TestTrainViews::aWholeSquarePhotoIsSeenAsItIs()
{
    ViewOptions options;
    options.realCrop = 1.0;
    const at::Tensor pictures = noisePictures(3, 32);
    const at::Tensor seen = evaluationViews(rowsOf(pictures), options, 32);
    QVERIFY(largestDifference(seen, (pictures / 255 - 0.5) / 0.5) < 1e-4);
}

void TestTrainViews::aPhotoOfTwiceTheSizeIsItsHalfLevel()
{
    ViewOptions options;
    options.realCrop = 1.0;
    const PhotoStore::Rows rows = rowsOf(noisePictures(2, 64));
    QVERIFY(largestDifference(evaluationViews(rows, options, 32), rows.halves / 127.5 - 1) < 1e-4);
}

void TestTrainViews::levelsAreBlendedByTheLogarithmOfTheScale()
{
    PhotoStore::Rows rows{at::full({1, 3, 64, 64}, 100.0f), at::full({1, 3, 32, 32}, 200.0f), at::ones({1})};
    Crops crops = centreCrops(rows.aspect, 1.0);
    crops.width = at::full({1}, std::sqrt(0.5));    // sqrt(2) store pixels per pixel: half and half
    crops.height = crops.width;
    QVERIFY(largestDifference(cutViews(rows, {crops}, 32), at::full({1, 1, 3, 32, 32}, 150.0f)) < 1e-3);
    crops.width = crops.height = at::full({1}, 0.25);    // magnified: the fine level alone
    QVERIFY(largestDifference(cutViews(rows, {crops}, 32), at::full({1, 1, 3, 32, 32}, 100.0f)) < 1e-3);
}

void TestTrainViews::aMirroredCropIsTheMirroredView()
{
    const PhotoStore::Rows rows = rowsOf(noisePictures(2, 72));
    Crops crops = centreCrops(rows.aspect, 0.7), mirrored = crops;
    mirrored.flip = -mirrored.flip;
    const at::Tensor views = cutViews(rows, {crops, mirrored}, 32);
    QVERIFY(largestDifference(views[1], views[0].flip(3)) < 1e-3);
    QVERIFY(largestDifference(views[1], views[0]) > 10);
}

// A disc in a photo of 2:1 is round in a square view, so a quarter turn about its centre changes nothing.
void TestTrainViews::turnsKeepTheirShapeInLongPhotos()
{
    const at::Tensor line = at::linspace(-1, 1, 72);
    const at::Tensor x = line.view({1, 72}) * 2, y = line.view({72, 1});    // true lengths
    const at::Tensor disc = (300 - 400 * (x * x + y * y)).clamp(0, 255).expand({1, 3, 72, 72}).contiguous();
    const PhotoStore::Rows rows = rowsOf(disc, 2.0);
    Crops crops = centreCrops(rows.aspect, 1.0), turned = crops;
    turned.turn = at::full({1}, pi / 2);
    const at::Tensor views = cutViews(rows, {crops, turned}, 32);
    QVERIFY2(largestDifference(views[0], views[1]) < 15, qPrintable(QString::number(largestDifference(views[0], views[1]))));    // of 255: the store is coarser along one side

    const PhotoStore::Rows square = rowsOf(noisePictures(1, 64));
    crops = turned = centreCrops(square.aspect, 1.0);
    turned.turn = at::full({1}, pi / 2);
    const at::Tensor pair = cutViews(square, {crops, turned}, 32);
    QVERIFY(largestDifference(pair[1], at::rot90(pair[0], 1, {2, 3})) < 0.1 || largestDifference(pair[1], at::rot90(pair[0], -1, {2, 3})) < 0.1);
}

void TestTrainViews::realCropsAreSquaresInsideThePhoto()
{
    const at::Tensor aspect = at::logspace(-0.47, 0.47, 500);
    const Crops crops = realCrops(aspect, 0.8, true, dice());
    QVERIFY(largestDifference(crops.width * aspect, crops.height) < 1e-5);    // in units of the photo's height
    QVERIFY(largestDifference(at::max(crops.width, crops.height), at::full({500}, 0.8)) < 0.8);
    QVERIFY(((crops.centreX.abs() + crops.width).max().item<double>()) <= 1 + 1e-5);
    QVERIFY(((crops.centreY.abs() + crops.height).max().item<double>()) <= 1 + 1e-5);
    const Crops whole = realCrops(at::ones({10}), 1.0, true, dice());
    QVERIFY(largestDifference(whole.centreX, at::zeros({10})) == 0);
}

void TestTrainViews::augmentedCropsFitAndKeepTheirArea()
{
    const at::Tensor aspect = at::logspace(-0.47, 0.47, 2000);
    ViewOptions options;
    for (const bool sizeClue : {false, true}) {
        options.sizeClue = sizeClue;
        const Crops crops = augmentedCrops(aspect, viewStrengths(options), dice());
        QVERIFY((crops.centreX.abs() + crops.width).max().item<double>() <= 1 + 1e-5);
        QVERIFY((crops.centreY.abs() + crops.height).max().item<double>() <= 1 + 1e-5);
        const at::Tensor shape = crops.width * aspect / crops.height;
        QVERIFY(shape.min().item<double>() >= 0.75 - 1e-4 && shape.max().item<double>() <= 4.0 / 3 + 1e-4);
        const at::Tensor area = (crops.width * crops.height).narrow(0, 900, 200);    // nearly square photos: the draws fit
        QVERIFY(area.min().item<double>() >= (sizeClue ? 0.6 : 0.2) - 1e-4);
        QVERIFY(area.max().item<double>() <= 1 + 1e-4);
    }
}

void TestTrainViews::viewsStayInRange()
{
    ViewOptions options;
    options.colourClue = Clue::no;
    options.rightWayUp = false;
    options.jitter = 2;
    const TrainViews views = trainViews(rowsOf(noisePictures(16, 72), 1.3), options, 32, dice());
    for (const at::Tensor& view : {views.real, views.augmented}) {
        QVERIFY((view.sizes() == at::IntArrayRef{16, 3, 32, 32}));
        QCOMPARE(view.scalar_type(), at::kFloat);
        QVERIFY(view.min().item<float>() >= -1.0001f && view.max().item<float>() <= 1.0001f);
        QVERIFY(view.std().item<float>() > 0.05f);
    }
    QVERIFY(largestDifference(views.real, views.augmented) > 0.5);
}

void TestTrainViews::noColourChangeIsTheIdentity()
{
    const at::Tensor pictures = at::rand({4, 3, 8, 8}, dice());
    const at::Tensor one = at::ones({4}), zero = at::zeros({4});
    QVERIFY(largestDifference(changeColour(pictures.clone(), {one, one, one, zero, zero}), pictures) < 1e-6);
}

void TestTrainViews::hueTurnsKeepGreyAndLuma()
{
    const at::Tensor one = at::ones({4}), zero = at::zeros({4}), turn = at::full({4}, 0.5);
    const at::Tensor grey = at::rand({4, 1, 8, 8}, dice()).expand({4, 3, 8, 8}).contiguous();
    QVERIFY(largestDifference(changeColour(grey.clone(), {one, one, one, turn, zero}), grey) < 2e-3);

    const at::Tensor mild = 0.5 + 0.2 * (at::rand({4, 3, 8, 8}, dice()) - 0.5);    // nothing is clamped
    const at::Tensor turned = changeColour(mild.clone(), {one, one, one, turn, zero});
    const auto luma = [](const at::Tensor& x) { return 0.299 * x.select(1, 0) + 0.587 * x.select(1, 1) + 0.114 * x.select(1, 2); };
    QVERIFY(largestDifference(turned, mild) > 0.02);
    QVERIFY(largestDifference(luma(turned), luma(mild)) < 2e-3);
    QVERIFY(largestDifference(changeColour(turned.clone(), {one, one, one, -turn, zero}), mild) < 2e-3);
    QVERIFY(largestDifference(changeColour(mild.clone(), {one, one, one, at::full({4}, 2 * pi), zero}), mild) < 1e-4);
}

void TestTrainViews::grayMakesChannelsEqual()
{
    const at::Tensor one = at::ones({2}), zero = at::zeros({2}), first = at::tensor({1.0f, 0.0f});
    const at::Tensor pictures = at::rand({2, 3, 8, 8}, dice());
    const at::Tensor changed = changeColour(pictures.clone(), {one, one, one, zero, first});
    QVERIFY(largestDifference(changed[0][0], changed[0][2]) < 1e-6);
    QVERIFY(largestDifference(changed[1], pictures[1]) < 1e-6);
}

void TestTrainViews::brightnessScalesAndContrastKeepsTheMean()
{
    const at::Tensor one = at::ones({3}), zero = at::zeros({3}), factor = at::full({3}, 0.6);
    const at::Tensor pictures = at::rand({3, 3, 8, 8}, dice());
    QVERIFY(largestDifference(changeColour(pictures.clone(), {factor, one, one, zero, zero}), pictures * 0.6) < 1e-6);
    const at::Tensor grey = pictures.narrow(1, 0, 1).expand({3, 3, 8, 8}).contiguous();
    const at::Tensor flatter = changeColour(grey.clone(), {one, factor, one, zero, zero});
    QVERIFY(largestDifference(flatter.mean({1, 2, 3}), grey.mean({1, 2, 3})) < 1e-5);
    QVERIFY(largestDifference(flatter.std({1, 2, 3}), grey.std({1, 2, 3}) * 0.6) < 1e-4);
}

void TestTrainViews::answersChangeTheStrengths()
{
    ViewOptions options;
    const ViewStrengths reference = viewStrengths(options);
    QCOMPARE(reference.hue, 0.1);
    QVERIFY(reference.flips && !reference.rotates);

    options.colourClue = Clue::yes;
    ViewStrengths s = viewStrengths(options);
    QCOMPARE(s.hue, 0.0);
    QCOMPARE(s.grayShare, 0.0);
    QCOMPARE(s.saturation, 0.2);
    QCOMPARE(s.brightness, reference.brightness);    // light still varies

    options.colourClue = Clue::no;
    s = viewStrengths(options);
    QCOMPARE(s.grayShare, 0.5);
    QVERIFY(qAbs(s.hue - 0.15) < 1e-12 && qAbs(s.brightness - 0.6) < 1e-12);

    options.rightWayUp = false;
    QVERIFY(viewStrengths(options).rotates);
    QVERIFY(augmentedCrops(at::ones({4}), viewStrengths(options), dice()).turn.defined());
    options.sizeClue = true;
    QCOMPARE(viewStrengths(options).areaLow, 0.6);
    options.leftRightDiffer = true;
    QVERIFY(!viewStrengths(options).flips);

    const ColourChange change = drawColourChange(5000, reference, dice());
    QVERIFY(qAbs(change.gray.mean().item<double>() - 0.2) < 0.03);
    QVERIFY(qAbs((change.brightness != 1).to(at::kFloat).mean().item<double>() - 0.8) < 0.03);
    QVERIFY(change.hue.abs().max().item<double>() <= 0.2 * pi + 1e-6);
    QVERIFY(change.contrast.min().item<double>() >= 0.6 - 1e-6 && change.contrast.max().item<double>() <= 1.4 + 1e-6);
}

void TestTrainViews::leftAndRightAnswerStopsMirroring()
{
    const at::Tensor aspect = at::ones({400});
    QCOMPARE(realCrops(aspect, 0.8, false, dice()).flip.min().item<float>(), 1.0f);
    const at::Tensor flips = realCrops(aspect, 0.8, true, dice()).flip;
    QVERIFY(qAbs(flips.mean().item<double>()) < 0.2);
    QCOMPARE(flips.abs().min().item<float>(), 1.0f);
}

void TestTrainViews::perturbationsStayInTheirRanges()
{
    ViewOptions options;
    const auto check = [](const at::Tensor& theta, double scaleLow, double scaleHigh, double angle, double shift) {
        const at::Tensor scale = (theta.select(1, 0).select(1, 0).square() + theta.select(1, 1).select(1, 0).square()).sqrt();
        const at::Tensor turn = at::atan2(theta.select(1, 1).select(1, 0), theta.select(1, 0).select(1, 0)).abs();
        const double largestTurn = turn.max().item<double>(), largestShift = theta.select(2, 2).abs().max().item<double>();
        return scale.min().item<double>() >= scaleLow - 1e-5 && scale.max().item<double>() <= scaleHigh + 1e-5
            && largestTurn <= angle + 1e-5 && largestTurn > 0.9 * angle && largestShift <= shift + 1e-6 && largestShift > 0.9 * shift;
    };
    QVERIFY(check(drawTheta(2000, options, dice()), 0.8, 1.5, pi / 12, 0.15));
    options.rightWayUp = false;
    QVERIFY(check(drawTheta(2000, options, dice()), 0.8, 1.5, pi, 0.15));
    options.rightWayUp = true;
    options.sizeClue = true;
    QVERIFY(check(drawTheta(2000, options, dice()), 0.9, 1.1, pi / 90, 0.08));
    options.perturbation = Perturbation::none;
    QVERIFY(!drawTheta(8, options, dice()).defined());
}

void TestTrainViews::equalSeedsGiveEqualViews()
{
    const PhotoStore::Rows rows = rowsOf(noisePictures(8, 72));
    const TrainViews a = trainViews(rows, {}, 32, dice(1)), b = trainViews(rows, {}, 32, dice(1)), c = trainViews(rows, {}, 32, dice(2));
    QVERIFY(at::equal(a.real, b.real) && at::equal(a.augmented, b.augmented));
    QVERIFY(!at::equal(a.augmented, c.augmented));
}

void TestTrainViews::permutationsCoverEveryUsablePhotoOnce()
{
    PhotoOrder order({1, 2, 4, 7, 8, 9, 11}, Random(3));
    QCOMPARE(order.epochsDone(3), 0);
    std::multiset<std::int64_t> drawn;
    for (int batch = 0; batch < 2; ++batch)
        for (const std::int64_t row : order.next(3))
            drawn.insert(row);
    QCOMPARE(std::set<std::int64_t>(drawn.begin(), drawn.end()).size(), std::size_t{6});    // no photo twice, the incomplete batch dropped
    QVERIFY(!drawn.contains(3));
    QCOMPARE(order.epoch(), 1);
    QCOMPARE(order.epochsDone(3), 1);
    order.next(3);
    QCOMPARE(order.epoch(), 2);
    QCOMPARE(order.epochsDone(3), 1);

    PhotoOrder copy({1, 2, 4, 7, 8, 9, 11}, Random(99));
    copy.setState(order.state());
    for (int i = 0; i < 10; ++i)
        QCOMPARE(copy.next(3), order.next(3));
    PhotoOrder other({1, 2, 3}, Random(99));
    QVERIFY_THROWS_EXCEPTION(Error, other.setState(order.state()));
}

void TestTrainViews::unreadablePhotosAreLeftOutWhenTheirTurnComes()
{
    const std::vector<std::int64_t> rows{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    const auto isReadable = [](std::int64_t row) { return row != 3 && row != 7; };
    PhotoOrder order(rows, Random(3));
    const auto epoch = [&](PhotoOrder& drawn) {
        std::multiset<std::int64_t> photos;
        for (int batch = 0; batch < 2; ++batch)
            for (const std::int64_t row : drawn.next(4, isReadable))
                photos.insert(row);
        return photos;
    };
    order.next(4, isReadable);
    PhotoOrder resumed(rows, Random(99));
    resumed.setState(order.state(), isReadable);    // some may not have had their turn
    QCOMPARE(resumed.next(4, isReadable), order.next(4, isReadable));
    for (int i = 0; i < 5; ++i) {
        const auto photos = epoch(order);
        QCOMPARE(std::set<std::int64_t>(photos.begin(), photos.end()).size(), std::size_t{8});
        QVERIFY(!photos.contains(3) && !photos.contains(7));
        QCOMPARE(epoch(resumed), photos);
    }
    QCOMPARE(order.state().permutation.size(), std::size_t{10});
    resumed.setState(order.state(), isReadable);
    QVERIFY_THROWS_EXCEPTION(Error, PhotoOrder(rows, Random(1)).setState(order.state(), [](std::int64_t row) { return row != 3; }));
    QVERIFY_THROWS_EXCEPTION(Error, PhotoOrder(rows, Random(1)).next(4, [](std::int64_t) { return false; }));
    PhotoOrder few(rows, Random(1));
    for (const std::int64_t row : few.next(11, isReadable))    // ten are fewer than a batch
        QVERIFY(isReadable(row));
}

void TestTrainViews::theFirstEpochIsKnownBefore()
{
    const TrainOptions options = fixtureOptions();
    PhotoOrder order({0, 1, 2, 3, 4, 5}, orderRandom(options));
    QCOMPARE(order.next(6), PhotoOrder::firstEpoch(6, orderRandom(options)));
}

void TestTrainViews::fewPhotosAreDrawnWithReplacement()
{
    PhotoOrder order({5, 6, 9}, Random(3));
    std::set<std::int64_t> drawn;
    for (int i = 0; i < 5; ++i) {
        const auto batch = order.next(8);
        QCOMPARE(batch.size(), std::size_t{8});
        drawn.insert(batch.begin(), batch.end());
    }
    QCOMPARE(drawn, (std::set<std::int64_t>{5, 6, 9}));
    QCOMPARE(order.epochsDone(8), 5);
}

void TestTrainViews::codesOfABatchDifferByAtMostOne()
{
    Random random(4);
    const std::vector<std::int64_t> active{0, 3, 4, 8, 10};
    for (const int count : {1, 4, 5, 8, 32, 33}) {
        std::map<std::int64_t, int> counts;
        for (const std::int64_t code : drawCodes(active, count, random))
            ++counts[code];
        int least = count, most = 0;
        for (const std::int64_t code : active) {
            least = std::min(least, counts[code]);
            most = std::max(most, counts[code]);
        }
        QVERIFY(most - least <= 1);
        QVERIFY(counts.size() <= active.size());
    }
}

void TestTrainViews::theStoreLeavesOutUnreadablePhotos()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath(QStringLiteral("a.pack")).toStdString();
    writeFixturePack(file, 9, 3, {0, 5});
    const PhotoPackReader pack(file);
    const PhotoStore store(pack, at::kCPU);
    QCOMPARE(store.usable(), (std::vector<std::int64_t>{1, 2, 3, 4, 6, 7, 8}));
    QCOMPARE(store.photos(), 9);
    const auto rows = store.rows(indexTensor({6, 1}, at::kCPU));
    QCOMPARE(rows.aspect[0].item<float>(), 1.5f);
    QCOMPARE(rows.images[1][0][0][0].item<float>(), static_cast<float>(pack.images()[3 * fixtureSide * fixtureSide]));
    QVERIFY(largestDifference(rows.halves, at::avg_pool2d(rows.images, 2)) <= 0.5 + 1e-4);
}

QTEST_GUILESS_MAIN(TestTrainViews)
#include "tst_trainviews.moc"
