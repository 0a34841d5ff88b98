# Tests of core/scan
plumage_test(tst_scan LABELS core SOURCES core/tst_scan.cpp LINK plumage_scan)
