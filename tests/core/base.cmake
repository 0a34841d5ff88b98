# Tests of core/base
plumage_test(tst_base LABELS core SOURCES core/tst_base.cpp LINK plumage_base tomlplusplus::tomlplusplus)
