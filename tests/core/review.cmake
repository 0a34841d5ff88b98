# Tests of core/review
plumage_test(tst_review LABELS core SOURCES core/tst_review.cpp LINK plumage_review)
plumage_test(tst_simulatedcurator LABELS core SOURCES core/tst_simulatedcurator.cpp LINK plumage_review)
plumage_test(tst_changes LABELS core SOURCES core/tst_changes.cpp LINK plumage_review)
