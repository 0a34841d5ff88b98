# Tests of core/session
plumage_test(tst_codematching LABELS core SOURCES core/tst_codematching.cpp LINK plumage_session)
