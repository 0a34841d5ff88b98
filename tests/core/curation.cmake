# Tests of core/curation; decisions makes random ones
foreach(name curation decisionsproperty)
    plumage_test(tst_${name} LABELS core SOURCES core/tst_${name}.cpp core/decisions.cpp LINK plumage_curation)
endforeach()
