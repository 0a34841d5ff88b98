# Tests of core/metrics
plumage_test(tst_metrics LABELS core SOURCES core/tst_metrics.cpp LINK plumage_metrics)
plumage_test(tst_goldenmetrics LABELS "core;golden" SOURCES core/tst_goldenmetrics.cpp LINK plumage_metrics)
