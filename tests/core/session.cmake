# Tests of core/session
plumage_test(tst_codematching LABELS core SOURCES core/tst_codematching.cpp LINK plumage_session)
plumage_test(tst_constraints LABELS core SOURCES core/tst_constraints.cpp LINK plumage_session)
