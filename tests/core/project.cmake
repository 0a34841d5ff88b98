# Tests of core/project
plumage_test(tst_project LABELS core SOURCES core/tst_project.cpp LINK plumage_project plumage_fakes)
plumage_test(tst_library LABELS core SOURCES core/tst_library.cpp core/decisions.cpp LINK plumage_project plumage_curation exiv2lib)
