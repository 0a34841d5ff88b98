# Tests of core/data; photocorpus makes good and bad picture files
foreach(name decode packbuilder sheet demophotos)
    plumage_test(tst_${name} LABELS core SOURCES core/tst_${name}.cpp core/photocorpus.cpp
        LINK plumage_data plumage_scan opencv_core opencv_imgcodecs opencv_imgproc)
endforeach()
