# Tests of core/embedding
plumage_test(tst_layout LABELS core SOURCES core/tst_layout.cpp LINK plumage_embedding)
plumage_test(tst_similarity LABELS core SOURCES core/tst_similarity.cpp LINK plumage_embedding)
plumage_test(tst_neighbours LABELS core SOURCES core/tst_neighbours.cpp LINK plumage_embedding)
plumage_test(tst_frechet LABELS "core;golden" SOURCES core/tst_frechet.cpp LINK plumage_embedding)
