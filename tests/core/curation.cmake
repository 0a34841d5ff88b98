# Tests of core/curation; decisions makes random ones
foreach(name curation decisionsproperty)
    plumage_test(tst_${name} LABELS core SOURCES core/tst_${name}.cpp core/decisions.cpp LINK plumage_curation)
endforeach()
# Times, not a test: librarybench [PHOTOS] [FOLDER]
plumage_program(librarybench SOURCES bench/librarybench.cpp LINK plumage_curation plumage_embedding)
set_target_properties(librarybench PROPERTIES EXCLUDE_FROM_ALL ON)
