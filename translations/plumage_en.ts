<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>CommandText</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cluster(s)</source>
        <translation>
            <numerusform>%Ln cluster</numerusform>
            <numerusform>%Ln clusters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PackCommand</name>
    <message numerus="yes">
        <source>%n more were left out.</source>
        <translation>
            <numerusform>%n more was left out.</numerusform>
            <numerusform>%n more were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::ClusterDelegate</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s), %1 checked</source>
        <translation>
            <numerusform>%Ln photo, %1 checked</numerusform>
            <numerusform>%Ln photos, %1 checked</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::ClusterModel</name>
    <message numerus="yes">
        <source>Cluster %1, %Ln photo(s), %2</source>
        <translation>
            <numerusform>Cluster %1, %Ln photo, %2</numerusform>
            <numerusform>Cluster %1, %Ln photos, %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln photo(s) to %1</source>
        <translation>
            <numerusform>Move %Ln photo to %1</numerusform>
            <numerusform>Move %Ln photos to %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Start a cluster from %Ln photo(s)</source>
        <translation>
            <numerusform>Start a cluster from %Ln photo</numerusform>
            <numerusform>Start a cluster from %Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Merge %Ln cluster(s) into %1</source>
        <translation>
            <numerusform>Merge %Ln cluster into %1</numerusform>
            <numerusform>Merge %Ln clusters into %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::CurationCommands</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Put %Ln cluster(s) under which group?</source>
        <translation>
            <numerusform>Put %Ln cluster under which group?</numerusform>
            <numerusform>Put %Ln clusters under which group?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::EffortCommands</name>
    <message numerus="yes">
        <source>Wrote %Ln line(s) to %1.</source>
        <translation>
            <numerusform>Wrote %Ln line to %1.</numerusform>
            <numerusform>Wrote %Ln lines to %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::ExchangeCommands</name>
    <message numerus="yes">
        <source>Wrote %Ln photo(s) to %1.</source>
        <translation>
            <numerusform>Wrote %Ln photo to %1.</numerusform>
            <numerusform>Wrote %Ln photos to %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The file has %Ln box(es). Each becomes a photo of its own, in place of the whole file.</source>
        <translation>
            <numerusform>The file has %Ln box. It becomes a photo of its own, in place of the whole file.</numerusform>
            <numerusform>The file has %Ln boxes. Each becomes a photo of its own, in place of the whole file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln new photo(s) from boxes.</source>
        <translation>
            <numerusform>%Ln new photo from boxes.</numerusform>
            <numerusform>%Ln new photos from boxes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The file is a list of %Ln name(s): %1. Each becomes an empty cluster.</source>
        <translation>
            <numerusform>The file is a list of %Ln name: %1. It becomes an empty cluster.</numerusform>
            <numerusform>The file is a list of %Ln names: %1. Each becomes an empty cluster.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::GalleryPanel</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::MainWindow</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln processor core(s)</source>
        <translation>
            <numerusform>%Ln processor core</numerusform>
            <numerusform>%Ln processor cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::ProjectCommands</name>
    <message numerus="yes">
        <source>%Ln file(s) could not be read and were left out.</source>
        <translation>
            <numerusform>%Ln file could not be read and was left out.</numerusform>
            <numerusform>%Ln files could not be read and were left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln path(s) copied.</source>
        <translation>
            <numerusform>%Ln path copied.</numerusform>
            <numerusform>%Ln paths copied.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::ProjectView</name>
    <message numerus="yes">
        <source>Learns from %Ln label(s) of yours.</source>
        <translation>
            <numerusform>Learns from %Ln label of yours.</numerusform>
            <numerusform>Learns from %Ln labels of yours.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::ReviewPage</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln page(s) join %1: %2, %3 of them seen.</source>
        <translation>
            <numerusform>%Ln page joins %1: %2, %3 of them seen.</numerusform>
            <numerusform>%Ln pages join %1: %2, %3 of them seen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::SplitCommand</name>
    <message numerus="yes">
        <source>%Ln photo(s) that look least like the rest are picked.</source>
        <translation>
            <numerusform>%Ln photo that looks least like the rest is picked.</numerusform>
            <numerusform>%Ln photos that look least like the rest are picked.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) that are more like your examples than like the rest are picked.</source>
        <translation>
            <numerusform>%Ln photo that is more like your examples than like the rest is picked.</numerusform>
            <numerusform>%Ln photos that are more like your examples than like the rest are picked.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::StartPage</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::StartTrainingSheet</name>
    <message numerus="yes">
        <source>Train on %Ln photo(s)</source>
        <translation>
            <numerusform>Train on %Ln photo</numerusform>
            <numerusform>Train on %Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plumage::ui::TrainingLength</name>
    <message numerus="yes">
        <source>In %1 each photo is seen about %Ln time(s) (measured: %2 photos a second).</source>
        <translation>
            <numerusform>In %1 each photo is seen about %Ln time (measured: %2 photos a second).</numerusform>
            <numerusform>In %1 each photo is seen about %Ln times (measured: %2 photos a second).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Each photo is seen about %Ln time(s). The speed is not measured yet, so the time is not known.</source>
        <translation>
            <numerusform>Each photo is seen about %Ln time. The speed is not measured yet, so the time is not known.</numerusform>
            <numerusform>Each photo is seen about %Ln times. The speed is not measured yet, so the time is not known.</numerusform>
        </translation>
    </message>
</context>
</TS>
