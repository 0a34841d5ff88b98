# Tests of core/text
plumage_test(tst_errortext LABELS core SOURCES core/tst_errortext.cpp LINK plumage_text)
plumage_test(tst_commandtext LABELS core SOURCES core/tst_commandtext.cpp LINK plumage_text)
