# Tests of core/project
plumage_test(tst_project LABELS core SOURCES core/tst_project.cpp LINK plumage_project plumage_fakes)
