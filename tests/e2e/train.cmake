# Tests of core/train together with core/data
if(PLUMAGE_TORCH)
    plumage_test(tst_trainaviary LABELS e2e TIMEOUT 2400 SOURCES e2e/tst_trainaviary.cpp LINK plumage_train plumage_data plumage_metrics)
endif()
